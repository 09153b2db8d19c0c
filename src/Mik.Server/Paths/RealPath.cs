namespace Mik.Server.Paths;

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

    /// <summary>Where a path really leads and what that is called below a folder; null when it leads out of the folder, or nowhere.</summary>
    public static (string Real, string Below)? Inside(string folder, string path)
    {
        if (Of(folder) is not { } root || Of(path) is not { } real)
        {
            return null;
        }

        var below = Path.GetRelativePath(root, real);
        var isOutside = Path.IsPathRooted(below) || below == ".." || below.StartsWith($"..{Path.DirectorySeparatorChar}", StringComparison.Ordinal);
        return isOutside ? null : (real, below);
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
