namespace Mik.Wasm.Model;

/// <summary>What a <see cref="LoadBudget"/> counts.</summary>
internal enum LoadResource
{
    /// <summary>Functions that modules define.</summary>
    Functions,

    /// <summary>Types that modules define. Their numbers stay for the life of the process.</summary>
    Types,

    /// <summary>Locals that code names, and those that translation adds.</summary>
    Locals,

    /// <summary>Bytes of memory for what is declared: types, imports, exports, segments and so on.</summary>
    Declarations,

    /// <summary>Instructions that are emitted.</summary>
    Emitted,

    /// <summary>Definitions that one instance of the component walks over, those of components that are instantiated again and again included.</summary>
    Instantiation,

    /// <summary>Core and component instances that one instance of the component consists of.</summary>
    Instances,

    /// <summary>Bytes that these instances need beside memories and tables.</summary>
    InstanceBytes,
}
