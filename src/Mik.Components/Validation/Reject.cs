using System.Diagnostics.CodeAnalysis;
using Mik.Components.Model;

namespace Mik.Components.Validation;

/// <summary>Throws <see cref="InvalidComponentException"/>.</summary>
internal static class Reject
{
    [DoesNotReturn]
    public static void Malformed(string reason, int offset) =>
        throw new InvalidComponentException(InvalidComponentKind.Malformed, reason, offset);

    [DoesNotReturn]
    public static void Invalid(string reason, int offset) =>
        throw new InvalidComponentException(InvalidComponentKind.Invalid, reason, offset);

    /// <summary>There is more of something than this engine takes.</summary>
    [DoesNotReturn]
    public static void OverLimit(string reason, int offset) =>
        throw new InvalidComponentException(InvalidComponentKind.OverLimit, reason, offset);

    /// <summary>The component needs a feature that this engine does not have.</summary>
    [DoesNotReturn]
    public static void Unsupported(string what, string feature, int offset) =>
        throw new InvalidComponentException(InvalidComponentKind.Unsupported, $"{what} requires {feature}", offset);
}
