namespace Mik.Wasm.Model;

/// <summary>
/// Types that were defined together and may refer to each other (core specification 2.3.10). Equal groups are one object; when nothing refers to
/// it any more, its numbers are free again.
/// </summary>
internal sealed class RecursionGroup(byte[] key)
{
    /// <summary>Gives the numbers back.</summary>
    ~RecursionGroup() => TypeRegistry.Forget(this);

    /// <summary>What equal groups have in common: their types with other groups' by number.</summary>
    public byte[] Key { get; } = key;

    /// <summary>The types.</summary>
    public WasmTypeDefinition[] Types { get; set; } = [];

    /// <summary>Types of other groups that these refer to.</summary>
    public WasmTypeDefinition[] Others { get; set; } = [];
}
