namespace Mik.Server.StaticFiles;

/// <summary>Where a path really leads, every link on the way followed, as the system does it.</summary>
internal static class RealPath
{
    private const int MaximumLinks = 40;

    /// <summary>The path without links; null when it leads nowhere or in a circle.</summary>
    public static string? Of(string path)
    {
        var full = Path.GetFullPath(path);
        var root = Path.GetPathRoot(full)!;
        var ahead = new Stack<string>();
        Push(ahead, full[root.Length..]);
        var current = root;
        var links = 0;
        while (ahead.TryPop(out var name))
        {
            if (name is "" or ".")
            {
                continue;
            }

            if (name == "..")
            {
                current = Path.GetDirectoryName(current) ?? root;
                continue;
            }

            var next = Path.Combine(current, name);
            if (LinkOf(next) is not { } target)
            {
                current = next;
                continue;
            }

            if (++links > MaximumLinks)
            {
                return null;
            }

            if (Path.IsPathRooted(target))
            {
                current = root = Path.GetPathRoot(Path.GetFullPath(target, current))!;
                target = target[Path.GetPathRoot(target)!.Length..];
            }

            Push(ahead, target);
        }

        return Path.Exists(current) ? current : null;
    }

    private static string? LinkOf(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static void Push(Stack<string> ahead, string path)
    {
        foreach (var name in path.Split(Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar).Reverse())
        {
            ahead.Push(name);
        }
    }
}
