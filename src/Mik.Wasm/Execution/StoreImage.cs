using Mik.Wasm.Objects;
using Mik.Wasm.Platform;

namespace Mik.Wasm.Execution;

/// <summary>What a store uses of its limits.</summary>
/// <param name="MemoryBytes">Bytes of linear memories.</param>
/// <param name="TableElements">Elements of tables.</param>
/// <param name="Externals">Objects of the host that guests know.</param>
internal readonly record struct StoreUse(long MemoryBytes, long TableElements, int Externals);

/// <summary>
/// The state of a store in which nothing runs: all that guests can change. The store goes back to it in microseconds, instead of being made
/// anew. Memories of equal contents in stores of the same guest share their image.
/// </summary>
internal sealed class StoreImage
{
    private readonly Store _store;
    private readonly MemoryImage[] _memories;
    private readonly nint[][] _tables;
    private readonly WasmValue[] _globals;
    private readonly InstanceState[] _instances;
    private readonly Ref[]?[] _objectTables;
    private readonly object?[] _objects;
    private readonly bool _guestsWriteTables;
    private readonly bool _hasRunCode;
    private readonly StoreUse _use;

    private StoreImage(Store store, MemoryImage[] images)
    {
        var (_, tables, globals, instances) = store.Parts;
        _store = store;
        _memories = images;
        _tables = [.. tables.Select(table => table.HoldsObjects ? [] : table.References(0, (ulong)table.Length).ToArray())];
        _objectTables = [.. tables.Select(table => table.HoldsObjects ? table.Objects(0, table.Length).ToArray() : null)];
        _globals = Array.ConvertAll([.. globals], global => global.Object is null ? global.Value : default);
        _objects = [.. globals.Select(global => global.Object?.Value)];
        _instances = [.. instances.Select(instance => new InstanceState(instance))];
        _guestsWriteTables = instances.Exists(instance => instance.WritesTables);
        _use = store.Use;
        _hasRunCode = store.HasRunCode;
    }

    /// <summary>Takes the state; null when it cannot be taken because others share a memory, or because guests may change objects that it refers to.</summary>
    /// <param name="store">The store.</param>
    /// <param name="sibling">The image of another store with the same guest, whose memory images may serve here too.</param>
    /// <param name="maximumBytes">What images of memories may take that are not the sibling's; beyond it the state is not taken.</param>
    public static StoreImage? TryCapture(Store store, StoreImage? sibling, long maximumBytes = long.MaxValue)
    {
        if (store.Parts.Memories.Exists(memory => memory.Waiters is not null) || HoldsObjects(store))
        {
            return null;
        }
        var memories = store.Parts.Memories;
        var images = new MemoryImage[memories.Count];
        for (var i = 0; i < images.Length; i++)
        {
            if (Shared(memories[i], i, sibling) is { } shared)
            {
                images[i] = shared;
                continue;
            }
            if (memories[i].TryCapture(maximumBytes) is not { } own)
            {
                return null;
            }
            images[i] = own;
            maximumBytes -= own.Bytes;
        }
        return new StoreImage(store, images);
    }

    /// <summary>The state of a store all of whose memories have just gone over to images.</summary>
    public static StoreImage OfAttached(Store store) => new(store, [.. store.Parts.Memories.Select(memory => memory.Image!)]);

    /// <summary>What memories of another store with the same guest may begin with; null when code of the guest had a part in it.</summary>
    public IReadOnlyList<MemoryImage>? InitialMemories => _hasRunCode ? null : _memories;

    /// <summary>Bytes that it takes: images of memories, which others may share, and copies of tables.</summary>
    public long Bytes => _memories.Sum(memory => memory.Bytes)
        + ((long)sizeof(long) * (_tables.Sum(table => table.Length) + _objectTables.Sum(table => table?.Length ?? 0)));

    /// <summary>Keeps the images of the memories for stores to come, until <see cref="Release"/>, while one has them yet.</summary>
    public void Keep() => Array.ForEach(_memories, memory => memory.TryAddUser());

    /// <summary>Lets the images of the memories go.</summary>
    public void Release() => Array.ForEach(_memories, memory => memory.RemoveUser());

    /// <summary>Makes the store what it was. Nothing may be running in it, and it must not have been interrupted.</summary>
    public void Restore()
    {
        var (memories, tables, globals, _) = _store.Parts;
        for (var i = 0; i < _memories.Length; i++)
        {
            memories[i].GoBackTo(_memories[i]);
        }
        for (var i = 0; i < _tables.Length; i++)
        {
            if (_guestsWriteTables || tables[i].IsWrittenByHost)
            {
                if (_objectTables[i] is { } objects)
                {
                    tables[i].GoBackTo(objects);
                }
                else
                {
                    tables[i].GoBackTo(_tables[i]);
                }
            }
        }
        for (var i = 0; i < _globals.Length; i++)
        {
            if (globals[i].Object is { } cell)
            {
                cell.Value = _objects[i];
            }
            else
            {
                globals[i].Restore(_globals[i]);
            }
        }
        foreach (var instance in _instances)
        {
            instance.Restore();
        }
        _store.GoBackTo(_use);
    }

    // What an object's fields were is not kept, so a store with objects is not used again.
    private static bool HoldsObjects(Store store)
    {
        var (_, tables, globals, instances) = store.Parts;
        return tables.Exists(table => table.HoldsObjects && table.Objects(0, table.Length).ToArray().Any(IsGuestObject))
            || globals.Exists(global => global.Object?.Value is GuestObject)
            || instances.Exists(instance => Array.Exists(instance.ObjectGlobals, cell => cell?.Value is GuestObject)
                || instance.ElementObjects?.Any(segment => segment is not null && Array.Exists(segment, IsGuestObject)) == true);
    }

    private static bool IsGuestObject(Ref element) => element.Value is GuestObject;

    private static MemoryImage? Shared(LinearMemory memory, int index, StoreImage? sibling)
    {
        var image = sibling is not null && index < sibling._memories.Length ? sibling._memories[index] : null;
        if (image is not null && memory.IsStill(image))
        {
            return image;
        }
        if (image is null || !image.TryAddUser())
        {
            return null;
        }
        try
        {
            if (!memory.Matches(image))
            {
                return null;
            }
            memory.GoBackTo(image);
            return image;
        }
        finally
        {
            image.RemoveUser();
        }
    }

    /// <summary>What a module instance has of its own: globals, and what is left of its segments.</summary>
    private sealed class InstanceState(ModuleInstance instance)
    {
        private readonly WasmValue[] _globals = instance.DefinedGlobals.ToArray();
        private readonly long[] _dataLengths = instance.DataLengths.ToArray();
        private readonly bool[] _droppedElements = instance.DroppedElements?.ToArray() ?? [];
        private readonly nint[]?[]? _elementValues = instance.ElementValues?.ToArray();
        private readonly Ref[]?[]? _elementObjects = instance.ElementObjects?.ToArray();
        private readonly object?[] _objects = Array.ConvertAll(instance.ObjectGlobals, cell => cell?.Value);

        public void Restore()
        {
            _globals.CopyTo(instance.DefinedGlobals);
            _dataLengths.CopyTo(instance.DataLengths);
            instance.SetElements(_droppedElements, _elementValues, _elementObjects);
            for (var i = 0; i < _objects.Length; i++)
            {
                if (instance.ObjectGlobals[i] is { } cell)
                {
                    cell.Value = _objects[i];
                }
            }
        }
    }
}
