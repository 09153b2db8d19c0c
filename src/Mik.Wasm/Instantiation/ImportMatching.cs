using Mik.Wasm.Execution;
using Mik.Wasm.Model;

namespace Mik.Wasm.Instantiation;

/// <summary>Whether a value may be given for an import (core specification 3.4.12, "external subtyping").</summary>
internal static class ImportMatching
{
    /// <summary>Refuses a value that does not match.</summary>
    /// <param name="import">What is asked for.</param>
    /// <param name="typeId">Number of the import's function type; 0 for other kinds.</param>
    /// <param name="value">What is given.</param>
    /// <param name="store">The store that the instance will belong to.</param>
    /// <exception cref="LinkException">The value is missing or has another type.</exception>
    public static void Check(WasmImport import, int typeId, ExternalValue? value, Store store)
    {
        if (value is null)
        {
            throw new LinkException(import, isUnknown: true, $"no {Describe(import.Type)} was given");
        }
        if (value.Store != store && value is not LinearMemory { Type.IsShared: true })
        {
            throw new LinkException(import, isUnknown: false, "the value belongs to another store");
        }
        var matches = value switch
        {
            _ when value.Kind != import.Type.Kind => false,
            FunctionInstance function => TypeRegistry.IsSubtype(function.TypeId, typeId),
            LinearMemory memory => Matches(memory.Type, import.Type.Memory),
            TableInstance table => table.Type.ElementType == import.Type.Table.ElementType
                && Matches(table.Type.Limits, import.Type.Table.Limits),
            TagInstance tag => tag.Definition == import.Type.FunctionDefinition,
            GlobalInstance global => global.Type == import.Type.Global
                || (!global.Type.IsMutable && !import.Type.Global.IsMutable && global.Type.ValueType.Matches(import.Type.Global.ValueType)),
            _ => false,
        };
        if (!matches)
        {
            throw new LinkException(
                import, isUnknown: false, $"expected {Describe(import.Type)}, found {Describe(TypeOf(value))}");
        }
    }

    private static bool Matches(MemoryType actual, MemoryType expected) =>
        actual.IsShared == expected.IsShared && actual.PageSizeLog2 == expected.PageSizeLog2
        && Matches(actual.Limits, expected.Limits);

    private static bool Matches(Limits actual, Limits expected) =>
        actual.Is64 == expected.Is64 && actual.Minimum >= expected.Minimum
        && (expected.Maximum is null || actual.Maximum <= expected.Maximum);

    private static ExternalType TypeOf(ExternalValue value) => value switch
    {
        FunctionInstance function => new() { Kind = ExternalKind.Function, Function = function.Type },
        LinearMemory memory => new() { Kind = ExternalKind.Memory, Memory = memory.Type },
        TagInstance tag => new() { Kind = ExternalKind.Tag, Function = tag.Type },
        TableInstance table => new() { Kind = ExternalKind.Table, Table = table.Type },
        _ => new() { Kind = ExternalKind.Global, Global = ((GlobalInstance)value).Type },
    };

    private static string Describe(ExternalType type) => type.Kind switch
    {
        ExternalKind.Function => $"function {type.Function}",
        ExternalKind.Tag => $"tag {type.Function}",
        ExternalKind.Memory => $"{(type.Memory.IsShared ? "shared " : "")}memory {Describe(type.Memory.Limits)}",
        ExternalKind.Table => $"table {Describe(type.Table.Limits)} of {type.Table.ElementType}",
        _ => $"{(type.Global.IsMutable ? "mutable " : "")}global {type.Global.ValueType}",
    };

    private static string Describe(Limits limits) =>
        $"{(limits.Is64 ? "i64 " : "")}{limits.Minimum}..{(limits.Maximum is { } maximum ? maximum : "")}";
}
