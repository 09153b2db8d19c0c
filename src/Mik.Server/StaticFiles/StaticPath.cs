using Mik.Server.Paths;

namespace Mik.Server.StaticFiles;

/// <summary>The rest of a <c>/static</c> path → a path below the folder that is harmless on every file system, or nothing.</summary>
internal static class StaticPath
{
    /// <summary>What paths of files begin with.</summary>
    public const string Root = "/static";

    /// <summary>Decodes a path that is empty or begins with a slash. False when a part of it may name no file that is served.</summary>
    public static bool TryParse(string encoded, out string path)
    {
        path = encoded;
        var segments = encoded.Split('/');
        for (var index = 1; index < segments.Length; index++)
        {
            var segment = segments[index].Contains('%') ? Uri.UnescapeDataString(segments[index]) : segments[index];
            var isEndOfFolder = segment.Length == 0 && index == segments.Length - 1;
            if (!isEndOfFolder && !IsServed(segment))
            {
                return false;
            }

            segments[index] = segment;
        }

        path = string.Join('/', segments);
        return true;
    }

    /// <summary>
    /// Whether a file or folder of this name is served. Names that begin with a dot are private or lead upwards; the other rules keep out what some
    /// system takes for a separator, a drive, a stream, a device, or the same as another name.
    /// </summary>
    public static bool IsServed(ReadOnlySpan<char> name) =>
        name.Length > 0
        && name[0] != '.'
        && name[^1] is not ('.' or ' ')
        && !name.ContainsAny('/', '\\', ':')
        && !HasControl(name)
        && !ModuleName.IsDevice(name);

    private static bool HasControl(ReadOnlySpan<char> name)
    {
        foreach (var character in name)
        {
            if (char.IsControl(character))
            {
                return true;
            }
        }

        return false;
    }
}
