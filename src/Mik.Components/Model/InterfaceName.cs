using System.Diagnostics.CodeAnalysis;

namespace Mik.Components.Model;

/// <summary>The name of an interface, for example <c>wasi:http/types@0.2.3</c>.</summary>
public sealed record InterfaceName
{
    private InterfaceName(string path, string version, string? track)
    {
        Path = path;
        Version = version;
        Track = track;
    }

    /// <summary>The name without version: <c>wasi:http/types</c>.</summary>
    public string Path { get; }

    /// <summary>The version as written, or "".</summary>
    public string Version { get; }

    /// <summary>What compatible versions share: <c>0.2</c> for 0.2.x, <c>1</c> for 1.x.y; null without version.</summary>
    public string? Track { get; }

    /// <summary>Path and track: equal for names that may be linked with each other.</summary>
    public string Key => Track is null ? Path : $"{Path}@{Track}";

    /// <inheritdoc/>
    public override string ToString() => Version.Length == 0 ? Path : $"{Path}@{Version}";

    /// <summary>Reads a name; false when the text is none.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out InterfaceName? name)
    {
        ArgumentNullException.ThrowIfNull(text);
        name = null;
        var at = text.IndexOf('@', StringComparison.Ordinal);
        var path = at < 0 ? text : text[..at];
        string? track = null;
        if (at >= 0 && !TryGetTrack(text.AsSpan(at + 1), out track))
        {
            return false;
        }
        var colon = path.IndexOf(':', StringComparison.Ordinal);
        var slash = path.IndexOf('/', StringComparison.Ordinal);
        if (colon < 0 || slash < colon
            || !AreWords(path.AsSpan(0, colon))
            || !AreWords(path.AsSpan(colon + 1, slash - colon - 1))
            || !ExternName.IsLabel(path.AsSpan(slash + 1)))
        {
            return false;
        }
        name = new(path, at < 0 ? "" : text[(at + 1)..], track);
        return true;
    }

    /// <summary>Whether the text is a canonical version (what remains of a version when its compatible part is cut off).</summary>
    internal static bool IsCanonicalVersion(ReadOnlySpan<char> text)
    {
        if (text.SequenceEqual("0.0.0"))
        {
            return true;
        }
        var number = text.StartsWith("0.0.") ? text[4..] : text.StartsWith("0.") ? text[2..] : text;
        return SemanticVersion.TryParseNumber(number, out var value) && value > 0;
    }

    private static bool TryGetTrack(ReadOnlySpan<char> version, out string? track)
    {
        if (SemanticVersion.TryParse(version, out var semantic))
        {
            track = semantic!.Track;
            return true;
        }
        track = IsCanonicalVersion(version) ? version.ToString() : null;
        return track is not null;
    }

    private static bool AreWords(ReadOnlySpan<char> text)
    {
        return ExternName.IsLabel(text) && !text.ContainsAnyInRange('A', 'Z');
    }
}
