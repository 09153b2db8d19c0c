using System.Buffers;

namespace Mik.Server.Paths;

/// <summary>
/// The names that modules may have in a URL: 1 to 128 letters, digits, <c>_</c>, <c>-</c>, <c>+</c> and <c>.</c>, a letter, digit or <c>_</c> first,
/// no <c>.</c> last, and none that Windows takes for a device. A name is only ever looked up, never joined to a path; the rule exists so that
/// it stays harmless if that ever changes.
/// </summary>
internal static class ModuleName
{
    /// <summary>The longest legal name.</summary>
    public const int MaxLength = 128;

    /// <summary>The rule in words, for messages.</summary>
    public const string Rule =
        "1 to 128 letters, digits, '_', '-', '+' or '.', beginning with a letter, a digit or '_', not ending with '.', and not a device name such as CON";

    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-+.");

    private const string ComposedSuffix = "-composed";

    private static readonly string[] Devices =
    [
        "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$",
        "COM0", "COM1", "COM2", "COM3", "COM4", "COM5", "COM6", "COM7", "COM8", "COM9",
        "LPT0", "LPT1", "LPT2", "LPT3", "LPT4", "LPT5", "LPT6", "LPT7", "LPT8", "LPT9",
    ];

    /// <summary>Whether a name keeps the rule.</summary>
    public static bool IsLegal(ReadOnlySpan<char> name) =>
        name.Length is > 0 and <= MaxLength
        && !name.ContainsAnyExcept(Allowed)
        && name[0] is not ('-' or '+' or '.')
        && name[^1] != '.'
        && !IsDevice(name);

    /// <summary>
    /// What the module in a file is called: the file's stem without <c>-composed</c>, and without a version: of <c>router@1.2.3.wasm</c> it is <c>router</c>.
    /// </summary>
    public static ReadOnlySpan<char> OfFile(ReadOnlySpan<char> file)
    {
        var stem = Path.GetFileNameWithoutExtension(file);
        stem = stem.Length > ComposedSuffix.Length && stem.EndsWith(ComposedSuffix, StringComparison.Ordinal) ? stem[..^ComposedSuffix.Length] : stem;
        return VersionOf(stem) is { Length: > 0 } version ? stem[..^(version.Length + 1)] : stem;
    }

    /// <summary>The version in a stem; empty when there is none.</summary>
    public static ReadOnlySpan<char> VersionOf(ReadOnlySpan<char> stem)
    {
        var at = stem.IndexOf('@');
        return at > 0 && at + 1 < stem.Length && char.IsAsciiDigit(stem[at + 1]) ? stem[(at + 1)..] : [];
    }

    /// <summary>Whether Windows takes a name for a device, whatever its extension.</summary>
    public static bool IsDevice(ReadOnlySpan<char> name)
    {
        var dot = name.IndexOf('.');
        var stem = (dot < 0 ? name : name[..dot]).TrimEnd(' ');
        foreach (var device in Devices)
        {
            if (stem.Equals(device, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
