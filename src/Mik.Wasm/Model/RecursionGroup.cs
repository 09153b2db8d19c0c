namespace Mik.Wasm.Model;

/// <summary>
/// Types that were defined together and may refer to each other (core specification 2.3.10). Equal groups are one object; when nothing refers to
/// it any more, its numbers are free again.
/// </summary>
internal sealed class RecursionGroup(TypeKey key)
{
    /// <summary>Gives the numbers back.</summary>
    unsafe ~RecursionGroup()
    {
        TypeRegistry.Forget(this);
        foreach (var type in Types)
        {
            // No object of the type is left: stores keep the modules of their objects.
            System.Runtime.InteropServices.NativeMemory.Free((void*)type.Record);
        }
    }

    /// <summary>What equal groups have in common.</summary>
    public TypeKey Key { get; } = key;

    /// <summary>The types.</summary>
    public WasmTypeDefinition[] Types { get; set; } = [];

    /// <summary>Types of other groups that these refer to.</summary>
    public WasmTypeDefinition[] Others { get; set; } = [];
}
