using Mik.Wasm.Model;

namespace Mik.Wasm.Decoding;

/// <summary>The type section (core specification 5.5.4): recursion groups of types.</summary>
internal static class TypeSection
{
    private const byte GroupEncoding = 0x4E;
    private const int MemoryBytes = 700;
    private const int Step = 4;

    /// <summary>Decodes the section.</summary>
    public static void Decode(ref WasmReader reader, WasmModule module)
    {
        var count = reader.ReadCount("types", ModuleLimits.Types, elementBytes: 2, memoryBytes: MemoryBytes);
        reader.Budget?.Charge(LoadResource.Types, count, reader.Position);
        var space = module.TypeSpace;
        for (var i = 0; i < count; i++)
        {
            space.Add(ReadGroup(ref reader, space));
            if (space.Types.Count > ModuleLimits.Types)
            {
                Throw.OverLimit($"more than the limit of {ModuleLimits.Types} types", reader.Position);
            }
        }
        module.Definitions = [.. space.Types!];
        module.Types = module.Definitions.ConvertAll(static type => type.Function!).AsImmutable();
    }

    /// <summary>Reads a recursion group, or one type that is a group of its own.</summary>
    public static WasmTypeDefinition[] ReadGroup(ref WasmReader reader, TypeSpace space)
    {
        var offset = reader.Position;
        var count = 1;
        if (reader.PeekByte() == GroupEncoding)
        {
            reader.ReadByte();
            reader.Require(WasmFeatures.Gc, "a recursion group", offset);
            count = reader.ReadCount("types of a recursion group", ModuleLimits.Types, elementBytes: 2, memoryBytes: MemoryBytes);
            reader.Budget?.Charge(LoadResource.Types, count - 1, offset);
        }
        var cancellation = reader.Budget?.CancellationToken ?? default;
        space.GroupSize = count;
        var types = new SubType[count];
        for (var i = 0; i < count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            types[i] = SubTypeReader.Read(ref reader, space, i);
        }
        var group = TypeRegistry.Intern(types, offset, function: null, cancellation);
        reader.Budget?.Charge(LoadResource.Declarations, (long)Step * group.Sum(type => type.Depth + 1), offset);
        foreach (var type in group)
        {
            if (type.Supertype is { } supertype && (supertype.IsFinal || !TypeMatching.Extends(type, supertype)))
            {
                Throw.Invalid("sub type does not match super type", offset);
            }
        }
        return group;
    }
}
