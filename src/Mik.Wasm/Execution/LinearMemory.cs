using System.Runtime.InteropServices;
using Mik.Wasm.Model;
using Mik.Wasm.Platform;

namespace Mik.Wasm.Execution;

/// <summary>A memory instance (core specification 4.2.8): bytes at a base that never moves.</summary>
public sealed unsafe class LinearMemory : ExternalValue
{
    private readonly IAddressSpace _addressSpace;
    private readonly MemoryType _declared;
    private readonly ulong _maximumPages;
    private readonly Lock? _growGate;
    private MemoryRecord* _record;
    private nuint _reserved;
    private nuint _committed;
    private MemoryImage? _image;
    private int _users = 1;

    /// <summary>Makes a memory with its minimum size, filled with zeros.</summary>
    /// <exception cref="Trap">The store's memory limit, or the machine, does not allow the size.</exception>
    public LinearMemory(Store store, MemoryType type)
        : this(store, type, null)
    {
    }

    /// <summary>Makes a memory whose record lies in memory that the caller took from the store's arena.</summary>
    internal LinearMemory(Store store, MemoryType type, MemoryRecord* record)
        : base(store)
    {
        store.ThrowIfDisposed();
        _declared = type;
        var addressBits = type.Limits.Is64 ? 62 : 32;
        _maximumPages = Math.Min(type.Limits.Maximum ?? ulong.MaxValue, 1UL << (addressBits - type.PageSizeLog2));
        if (type.IsShared)
        {
            Waiters = new WaitQueue();
            _growGate = new Lock();
            // Other stores may keep the memory longer than this one lives.
            _record = (MemoryRecord*)NativeMemory.AllocZeroed((nuint)sizeof(MemoryRecord));
            _addressSpace = store.Own(this, out _);
            ReserveFor(type.Limits.Minimum, null);
            return;
        }
        _record = record is null ? (MemoryRecord*)store.Arena.Allocate(sizeof(MemoryRecord)) : record;
        _addressSpace = store.Own(this, out var initial);
        ReserveFor(type.Limits.Minimum, initial);
    }

    /// <inheritdoc/>
    public override ExternalKind Kind => ExternalKind.Memory;

    /// <summary>The declared type with the current size as the minimum (what import matching looks at).</summary>
    public MemoryType Type => _declared with { Limits = _declared.Limits with { Minimum = Pages } };

    /// <summary>Size in bytes.</summary>
    public long Length => Record->Length;

    /// <summary>Size in pages.</summary>
    public ulong Pages => (ulong)Record->Length >> _declared.PageSizeLog2;

    /// <summary>Whether it began with what segments of data would write.</summary>
    internal bool HasData { get; private set; }

    /// <summary>The threads that wait in a shared memory; null for others.</summary>
    internal WaitQueue? Waiters { get; }

    /// <summary>The record that emitted code reads.</summary>
    internal MemoryRecord* Record
    {
        get
        {
            ObjectDisposedException.ThrowIf(_record is null, this);
            return _record;
        }
    }

    /// <summary>A range of the memory. It stays valid when the memory grows, until the store is disposed.</summary>
    /// <exception cref="Trap">The range is not inside the memory.</exception>
    public Span<byte> GetSpan(ulong offset, ulong length)
    {
        var record = Record;
        if (length > int.MaxValue || length > (ulong)record->Length || offset > (ulong)record->Length - length)
        {
            RuntimeOperations.ThrowOutOfBoundsMemoryAccess();
        }
        return new Span<byte>((byte*)record->Base + offset, (int)length);
    }

    /// <summary>Adds pages of zeros.</summary>
    /// <returns>The old size in pages, or -1 when the type's maximum or a limit of the store forbids it.</returns>
    public long Grow(ulong pages)
    {
        if (_growGate is null)
        {
            return GrowAlone(pages);
        }
        lock (_growGate)
        {
            return GrowAlone(pages);
        }
    }

    private long GrowAlone(ulong pages)
    {
        var record = Record;
        var oldPages = Pages;
        if (pages > _maximumPages - oldPages)
        {
            return -1;
        }
        if (pages == 0)
        {
            return (long)oldPages;
        }
        var added = (long)(pages << _declared.PageSizeLog2);
        if ((nuint)(record->Length + added) > _reserved)
        {
            Store.Budget.Refuse(LimitedResource.Memory, added);
            return -1;
        }
        if (!Store.TryTakeMemory(added))
        {
            return -1;
        }
        var needed = (nuint)(record->Length + added);
        if (needed > _committed)
        {
            if (!_addressSpace.Commit(record->Base + (nint)record->Length, (nuint)added))
            {
                Store.ReturnMemory(added);
                return -1;
            }
            _committed = needed;
        }
        Volatile.Write(ref record->Length, record->Length + added);
        return (long)oldPages;
    }

    /// <summary>The image that it is attached to, which lives as long as it is.</summary>
    internal MemoryImage? Image => _image;

    /// <summary>Keeps the present bytes as an image and goes over to it; null when that takes more than a number of bytes.</summary>
    internal MemoryImage? TryCapture(long maximumBytes)
    {
        var image = _addressSpace.Capture(Record->Base, (nuint)Record->Length, _image, maximumBytes);
        if (image is not null)
        {
            GoBackTo(image);
            image.RemoveUser();
        }
        return image;
    }

    /// <summary>Whether it began as an image, and nothing has run since.</summary>
    internal bool IsStill(MemoryImage image) => _image == image && HasData && !Store.HasRunCode;

    /// <summary>Whether length and bytes are those of an image.</summary>
    internal bool Matches(MemoryImage image) => (nuint)Record->Length == image.Size && image.Matches(Record->Base);

    /// <summary>Takes length and bytes of an image that somebody keeps, of this memory or of one of the same type in another store.</summary>
    internal void GoBackTo(MemoryImage image)
    {
        var record = Record;
        var length = (nuint)record->Length;
        if (_image == image)
        {
            image.Reset(record->Base, length);
        }
        else
        {
            if (image.Size > _committed)
            {
                if (image.Size > _reserved || !_addressSpace.Commit(record->Base, image.Size))
                {
                    throw new InvalidOperationException("The image of a memory is larger than what the store's limits reserve.");
                }
                _committed = image.Size;
            }
            if (!image.TryAddUser())
            {
                throw new InvalidOperationException("Nobody keeps the image of a memory.");
            }
            image.Attach(record->Base, Math.Max(length, image.Size), _reserved);
            _image?.RemoveUser();
            _image = image;
        }
        record->Length = (long)image.Size;
    }

    /// <summary>Another store has it now.</summary>
    internal void AddUser() => Interlocked.Increment(ref _users);

    /// <summary>A store is disposed; with the last one the memory is gone.</summary>
    internal void Free()
    {
        if (Interlocked.Decrement(ref _users) != 0)
        {
            return;
        }
        if (_reserved != 0)
        {
            _addressSpace.Release(_record->Base, _reserved);
            _reserved = 0;
        }
        if (Waiters is not null)
        {
            NativeMemory.Free(_record);
        }
        _record = null;
        _image?.RemoveUser();
        _image = null;
    }

    private void ReserveFor(ulong pages, MemoryImage? initial)
    {
        var limit = (ulong)Math.Max(Store.Limits.MemoryBytes, 0) >> _declared.PageSizeLog2;
        var largest = Math.Min(_maximumPages, limit);
        if (pages > largest || !Store.TryTakeMemory((long)(pages << _declared.PageSizeLog2)))
        {
            throw new Trap(LimitedResource.Memory, $"a memory of {pages} pages with a limit of {Store.Limits.MemoryBytes} bytes for all");
        }
        if (largest == 0)
        {
            return;
        }
        // A machine with little address space gives less than asked for; the memory then only grows that far.
        var size = (nuint)pages << _declared.PageSizeLog2;
        var wanted = (nuint)largest << _declared.PageSizeLog2;
        nint start;
        while ((start = _addressSpace.Reserve(wanted)) == 0 && wanted > size)
        {
            wanted = Math.Max(wanted / 2, size);
        }
        if (start == 0 && wanted != 0)
        {
            throw new Trap(LimitedResource.Memory, "no address space for a memory");
        }
        _reserved = wanted;
        _record->Base = start;
        HasData = initial is not null && initial.Size == size && initial.TryAddUser();
        _image = HasData ? initial : null;
        if (size != 0 && !(HasData && initial!.MakesAccessible) && !_addressSpace.Commit(start, size))
        {
            throw new Trap(LimitedResource.Memory, "no memory for a memory");
        }
        _committed = size;
        _record->Length = (long)size;
        if (!HasData)
        {
            return;
        }
        try
        {
            initial!.Attach(start, size, wanted);
        }
        catch (InvalidOperationException)
        {
            throw new Trap(LimitedResource.Memory, "no mapping for a memory");
        }
    }
}
