using System.Diagnostics.CodeAnalysis;
using Mik.Wasm.Model;

namespace Mik.Wasm.Decoding;

/// <summary>Throws the one exception for bad modules; apart from the callers so that those stay small.</summary>
internal static class Throw
{
    /// <summary>The bytes do not decode.</summary>
    [DoesNotReturn]
    public static void Malformed(string reason, long offset) => throw new InvalidModuleException(reason, offset, isMalformed: true);

    /// <summary>The module decodes and breaks a rule of validation.</summary>
    [DoesNotReturn]
    public static void Invalid(string reason, long offset) => throw new InvalidModuleException(reason, offset, isMalformed: false);

    /// <summary>There is more of something than this engine takes.</summary>
    [DoesNotReturn]
    public static void OverLimit(string reason, long offset, bool isMalformed = false) =>
        throw new InvalidModuleException(reason, offset, isMalformed) { IsOverLimit = true };

    /// <summary>Something belongs to a proposal that this engine does not have.</summary>
    [DoesNotReturn]
    public static void Unsupported(string what, string proposal, long offset) =>
        throw new InvalidModuleException($"{what} requires the {proposal} proposal, which is not supported", offset, isMalformed: false);

    /// <summary>Something belongs to a proposal that is switched off.</summary>
    [DoesNotReturn]
    public static void Disabled(string what, WasmFeatures missing, long offset) =>
        Unsupported(what, ProposalNames.NameOf(missing), offset);
}
