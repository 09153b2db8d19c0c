using System.Buffers;

namespace Mik.Server.Paths;

/// <summary>
/// The names that modules may have in a URL: 1 to 128 letters, digits, <c>_</c>, <c>-</c> and <c>.</c>, a letter, digit or <c>_</c> first,
/// no <c>.</c> last, and none that Windows takes for a device. A name is only ever looked up, never joined to a path; the rule exists so that
/// it stays harmless if that ever changes.
/// </summary>
internal static class ModuleName
{
    /// <summary>The longest legal name.</summary>
    public const int MaxLength = 128;

    /// <summary>The rule in words, for messages.</summary>
    public const string Rule = "1 to 128 letters, digits, '_', '-' or '.', beginning with a letter, a digit or '_', not ending with '.', and not a device name such as CON";

    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.");

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
        && name[0] is not ('-' or '.')
        && name[^1] != '.'
        && !IsDevice(name);

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
