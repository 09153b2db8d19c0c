using Mik.Wasm.Model;

namespace Mik.Wasm.Instantiation;

/// <summary>A module cannot be instantiated with the imports it was given.</summary>
public sealed class LinkException : Exception
{
    /// <summary>Makes the error.</summary>
    /// <param name="import">The import that could not be satisfied.</param>
    /// <param name="isUnknown">True when nothing was given for it; false when what was given has another type.</param>
    /// <param name="detail">What is wrong.</param>
    public LinkException(WasmImport import, bool isUnknown, string detail)
        : base($"{(isUnknown ? "unknown import" : "incompatible import type")}: {NameOf(import)}: {detail}")
    {
        Import = import;
        IsUnknown = isUnknown;
    }

    internal LinkException(string message)
        : base(message)
    {
    }

    /// <summary>The import that could not be satisfied; null when it is not one import's fault.</summary>
    public WasmImport? Import { get; }

    /// <summary>True when nothing was given for the import; false when what was given has another type.</summary>
    public bool IsUnknown { get; }

    private static string NameOf(WasmImport import)
    {
        ArgumentNullException.ThrowIfNull(import);
        return $"\"{import.Module}\" \"{import.Name}\"";
    }
}
