using Mik.Components.Model;
using Mik.Wasm.Model;

namespace Mik.Components.Validation;

/// <summary>Which core items and modules may be given for which others (core specification 3.4, "external subtyping").</summary>
internal static class CoreMatching
{
    /// <summary>Why <paramref name="actual"/> cannot be given for <paramref name="expected"/>, or null when it can.</summary>
    public static string? Mismatch(ExternalType actual, ExternalType expected)
    {
        if (actual.Kind != expected.Kind)
        {
            return $"expected {Name(expected.Kind)}, found {Name(actual.Kind)}";
        }
        return expected.Kind switch
        {
            ExternalKind.Function => actual.FunctionDefinition.Matches(expected.FunctionDefinition)
                ? null
                : $"expected function {expected.Function}, found {actual.Function}",
            ExternalKind.Memory => Mismatch(actual.Memory, expected.Memory),
            ExternalKind.Table => actual.Table.ElementType != expected.Table.ElementType
                ? $"expected table element type {expected.Table.ElementType}, found {actual.Table.ElementType}"
                : Matches(actual.Table.Limits, expected.Table.Limits) ? null : "mismatch in table limits",
            ExternalKind.Global => Mismatch(actual.Global, expected.Global),
            ExternalKind.Tag => actual.FunctionDefinition == expected.FunctionDefinition ? null : $"expected tag {expected.Function}, found {actual.Function}",
            _ => actual.Equals(expected) ? null : $"mismatch in {Name(expected.Kind)} types",
        };
    }

    /// <summary>Why a memory cannot be given for another, or null when it can.</summary>
    public static string? Mismatch(MemoryType actual, MemoryType expected)
    {
        if (actual.IsShared != expected.IsShared)
        {
            return "mismatch in the shared flag for memories";
        }
        if (actual.Limits.Is64 != expected.Limits.Is64)
        {
            return "mismatch in index type used for memories";
        }
        if (actual.PageSizeLog2 != expected.PageSizeLog2)
        {
            return "mismatch in page size for memories";
        }
        return Matches(actual.Limits, expected.Limits) ? null : "mismatch in memory limits";
    }

    /// <summary>Why a module cannot be given for another, or null when it can.</summary>
    public static string? Mismatch(CoreModuleType actual, CoreModuleType expected, WorkBudget budget)
    {
        budget.Spend(1 + actual.Imports.Count + expected.Exports.Count);
        foreach (var import in actual.Imports)
        {
            if (expected.FindImport(import.Module, import.Name) is not { } given)
            {
                return $"missing expected import `{import.Module}::{import.Name}`";
            }
            if (Mismatch(given, import.Type) is { } reason)
            {
                return $"type mismatch in import `{import.Module}::{import.Name}`: {reason}";
            }
        }
        foreach (var (name, type) in expected.Exports)
        {
            if (!actual.Exports.TryGetValue(name, out var given))
            {
                return $"missing expected export `{name}`";
            }
            if (Mismatch(given, type) is { } reason)
            {
                return $"type mismatch in export `{name}`: {reason}";
            }
        }
        return null;
    }

    private static string? Mismatch(GlobalType actual, GlobalType expected)
    {
        if (actual.IsMutable != expected.IsMutable)
        {
            return "global types differ in mutability";
        }
        return actual.ValueType == expected.ValueType || (!actual.IsMutable && actual.ValueType.Matches(expected.ValueType))
            ? null
            : $"expected global type {expected.ValueType}, found {actual.ValueType}";
    }

    private static bool Matches(Limits actual, Limits expected) =>
        actual.Is64 == expected.Is64
        && actual.Minimum >= expected.Minimum
        && (expected.Maximum is null || actual.Maximum <= expected.Maximum);

    private static string Name(ExternalKind kind) => kind switch
    {
        ExternalKind.Function => "func",
        ExternalKind.Table => "table",
        ExternalKind.Memory => "memory",
        ExternalKind.Global => "global",
        _ => "tag",
    };
}
