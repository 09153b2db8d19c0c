using System.Runtime.InteropServices;
using Mik.Wasm.Model;
using Mik.Wasm.Objects;

namespace Mik.Wasm.Execution;

/// <summary>A table instance (core specification 4.2.7): references by index.</summary>
public sealed unsafe class TableInstance : ExternalValue
{
    private readonly TableType _declared;
    private readonly ulong _maximum;
    private TableRecord* _record;
    private long _capacity;
    private readonly nint _firstElements;
    private bool _ownsElements;
    private Ref[]? _objects;

    /// <summary>Makes a table with its minimum size.</summary>
    /// <exception cref="Trap">The store's table limit does not allow the size.</exception>
    public TableInstance(Store store, TableType type, WasmValue initial = default)
        : this(store, type, ReferenceOf(store, type, initial), ObjectOf(store, type, initial), null)
    {
    }

    /// <summary>Makes a table whose record lies in memory that the caller took from the store's arena.</summary>
    internal TableInstance(Store store, TableType type, nint initial, object? initialObject, TableRecord* record)
        : base(store)
    {
        store.ThrowIfDisposed();
        _declared = type;
        _maximum = Math.Min(type.Limits.Maximum ?? ulong.MaxValue, type.Limits.Is64 ? (ulong)long.MaxValue : uint.MaxValue);
        _record = record is null ? (TableRecord*)store.Arena.Allocate(sizeof(TableRecord)) : record;
        store.Own(this);
        var size = type.Limits.Minimum;
        if (size > _maximum || size > long.MaxValue || !store.TryTakeTableElements((long)size))
        {
            throw new Trap(
                LimitedResource.Tables,
                $"a table of {size} elements with a limit of {store.Limits.TableElements}, or of {store.Budget.Limit} bytes with all else");
        }
        _record->Length = (long)size;
        if (HoldsObjects)
        {
            _objects = new Ref[size];
            if (initialObject is not null)
            {
                _objects.AsSpan().Fill(new Ref { Value = initialObject });
            }
            return;
        }
        _capacity = (long)size;
        _record->Elements = _firstElements = store.Arena.Allocate((long)size * sizeof(nint));
        if (initial != 0)
        {
            References(0, size).Fill(initial);
        }
    }

    /// <inheritdoc/>
    public override ExternalKind Kind => ExternalKind.Table;

    /// <summary>The declared type with the current size as the minimum (what import matching looks at).</summary>
    public TableType Type => _declared with { Limits = _declared.Limits with { Minimum = Length } };

    /// <summary>Number of elements.</summary>
    public ulong Length => (ulong)Record->Length;

    /// <summary>The record that emitted code reads.</summary>
    internal TableRecord* Record
    {
        get
        {
            ObjectDisposedException.ThrowIf(_record is null, this);
            return _record;
        }
    }

    /// <summary>Reads an element.</summary>
    /// <exception cref="Trap">The index is not in the table.</exception>
    public WasmValue Get(ulong index) =>
        WasmValue.Reference(HoldsObjects ? Store.AddExternal(Objects(index, 1)[0].Value) : GetReference(index));

    /// <summary>Writes an element.</summary>
    /// <exception cref="Trap">The index is not in the table.</exception>
    public void Set(ulong index, WasmValue value)
    {
        Store.CheckReference(value, _declared.ElementType);
        if (HoldsObjects)
        {
            Objects(index, 1)[0].Value = Store.GetExternal(value.AsReference);
        }
        else
        {
            SetReference(index, value.AsReference);
        }
        IsWrittenByHost = true;
    }

    /// <summary>Adds elements.</summary>
    /// <returns>The old size, or -1 when the type's maximum or the store's limit forbids it.</returns>
    public long Grow(ulong count, WasmValue value)
    {
        Store.CheckReference(value, _declared.ElementType);
        IsWrittenByHost = true;
        return HoldsObjects ? GrowObjects(count, Store.GetExternal(value.AsReference)) : GrowReferences(count, value.AsReference);
    }

    /// <summary>Whether C# code changed it since it last went back to an image.</summary>
    internal bool IsWrittenByHost { get; private set; }

    /// <summary>Whether the collector must see the elements.</summary>
    internal bool HoldsObjects => !_declared.ElementType.IsFunctionReference;

    /// <summary>For how many elements that the collector must see there is room.</summary>
    internal int ReservedObjects => _objects?.Length ?? 0;

    /// <summary>A range of elements that the collector must see.</summary>
    /// <exception cref="Trap">The range is not inside the table.</exception>
    internal Span<Ref> Objects(ulong index, ulong count)
    {
        var length = (ulong)Record->Length;
        if (count > length || index > length - count)
        {
            RuntimeOperations.ThrowOutOfBoundsTableAccess();
        }
        return _objects.AsSpan((int)index, (int)count);
    }

    internal long GrowObjects(ulong count, object? value)
    {
        var oldLength = Record->Length;
        if (count > _maximum - (ulong)oldLength || count > (ulong)(Array.MaxLength - oldLength) || !Store.TryTakeTableElements((long)count))
        {
            return -1;
        }
        var length = (int)oldLength + (int)count;
        if (length > _objects!.Length)
        {
            Array.Resize(ref _objects, (int)Math.Min(CapacityFor(length, _objects.Length), Array.MaxLength));
        }
        Record->Length = length;
        Objects((ulong)oldLength, count).Fill(new Ref { Value = value });
        return oldLength;
    }

    /// <summary>Takes the elements of an image.</summary>
    internal void GoBackTo(Ref[] elements)
    {
        _objects = [.. elements];
        _record->Length = elements.Length;
        IsWrittenByHost = false;
    }

    internal nint GetReference(ulong index) => References(index, 1)[0];

    internal void SetReference(ulong index, nint value) => References(index, 1)[0] = value;

    /// <summary>A range of elements.</summary>
    /// <exception cref="Trap">The range is not inside the table.</exception>
    internal Span<nint> References(ulong index, ulong count)
    {
        var record = Record;
        if (count > (ulong)record->Length || index > (ulong)record->Length - count)
        {
            RuntimeOperations.ThrowOutOfBoundsTableAccess();
        }
        return new Span<nint>((nint*)record->Elements + index, checked((int)count));
    }

    internal long GrowReferences(ulong count, nint value)
    {
        var record = Record;
        var oldLength = record->Length;
        if (count > _maximum - (ulong)oldLength || count > int.MaxValue || !Store.TryTakeTableElements((long)count))
        {
            return -1;
        }
        var length = oldLength + (long)count;
        if (length > _capacity && !TryMove(CapacityFor(length, _capacity)))
        {
            Store.ReturnTableElements((long)count);
            return -1;
        }
        record->Length = length;
        References((ulong)oldLength, count).Fill(value);
        return oldLength;
    }

    /// <summary>Takes length and elements of an image.</summary>
    internal void GoBackTo(ReadOnlySpan<nint> elements)
    {
        if (_ownsElements && (ulong)elements.Length <= _declared.Limits.Minimum)
        {
            NativeMemory.Free((void*)_record->Elements);
            _ownsElements = false;
            _record->Elements = _firstElements;
            _capacity = (long)_declared.Limits.Minimum;
        }
        else if (_capacity != elements.Length && (ulong)elements.Length > _declared.Limits.Minimum)
        {
            _record->Length = Math.Min(_record->Length, elements.Length);
            if (!TryMove(elements.Length))
            {
                throw new InvalidOperationException("There is no memory for the image of a table.");
            }
        }
        elements.CopyTo(new Span<nint>((void*)_record->Elements, elements.Length));
        _record->Length = elements.Length;
        IsWrittenByHost = false;
    }

    internal void Free()
    {
        _objects = null;
        if (_ownsElements)
        {
            NativeMemory.Free((void*)_record->Elements);
            _ownsElements = false;
        }
        _record = null;
    }

    private static nint ReferenceOf(Store store, TableType type, WasmValue initial)
    {
        ArgumentNullException.ThrowIfNull(store);
        store.CheckReference(initial, type.ElementType);
        return type.ElementType.IsFunctionReference ? initial.AsReference : 0;
    }

    private static object? ObjectOf(Store store, TableType type, WasmValue initial) =>
        type.ElementType.IsFunctionReference ? null : store.GetExternal(initial.AsReference);

    // Little more than is charged.
    private long CapacityFor(long length, long capacity) => Math.Max(length, Math.Min(capacity + (capacity / 8), (long)_maximum));

    // The first array is part of the store's arena; later ones are the table's own.
    private bool TryMove(long capacity)
    {
        try
        {
            var old = (void*)_record->Elements;
            var size = (nuint)capacity * (nuint)sizeof(nint);
            void* elements;
            if (_ownsElements)
            {
                elements = NativeMemory.Realloc(old, size);
            }
            else
            {
                elements = NativeMemory.Alloc(size);
                NativeMemory.Copy(old, elements, (nuint)_record->Length * (nuint)sizeof(nint));
            }
            _record->Elements = (nint)elements;
            _ownsElements = true;
            _capacity = capacity;
            return true;
        }
        catch (OutOfMemoryException)
        {
            return false;
        }
    }
}
