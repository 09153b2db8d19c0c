using Mik.Wasm.Model;

namespace Mik.Wasm.Instantiation;

/// <summary>The constant expressions of a module, decoded.</summary>
internal sealed class ModuleInitializers
{
    /// <summary>Decodes all constant expressions of a validated module.</summary>
    public ModuleInitializers(WasmModule module)
    {
        ConstantProgram Decode(ConstantExpression expression) => ConstantProgram.Decode(module, expression);

        Globals = Array.ConvertAll(module.Globals, global => Decode(global.Initializer));
        Tables = Array.ConvertAll(
            module.Tables, table => table.Initializer is { } initializer ? Decode(initializer) : (ConstantProgram?)null);
        DataOffsets = Array.ConvertAll(
            module.Data, data => data.Mode == SegmentMode.Active ? Decode(data.Offset) : default);
        ElementOffsets = Array.ConvertAll(
            module.Elements, element => element.Mode == SegmentMode.Active ? Decode(element.Offset) : default);
        Elements = Array.ConvertAll(
            module.Elements, element => !element.Expressions.IsDefault && element.Mode != SegmentMode.Declarative
                ? element.Expressions.ConvertAll(Decode)
                : null);
        HasElementExpressions = Array.Exists(Elements, static elements => elements is not null);
    }

    /// <summary>Initial values of the defined globals.</summary>
    public ConstantProgram[] Globals { get; }

    /// <summary>Initial elements of all tables (imports first); null for null references.</summary>
    public ConstantProgram?[] Tables { get; }

    /// <summary>Addresses of the active data segments.</summary>
    public ConstantProgram[] DataOffsets { get; }

    /// <summary>First indices of the active element segments.</summary>
    public ConstantProgram[] ElementOffsets { get; }

    /// <summary>Elements that are given as expressions; null for segments of function indices.</summary>
    public ConstantProgram[]?[] Elements { get; }

    /// <summary>Whether any segment has elements that are given as expressions.</summary>
    public bool HasElementExpressions { get; }
}
