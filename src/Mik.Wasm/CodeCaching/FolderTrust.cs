using Mik.Wasm.Platform;

namespace Mik.Wasm.CodeCaching;

/// <summary>
/// Whether nobody but this process' user and the system can have put there what is in a folder: whoever can write code that is run here is this user. As ssh
/// judges its files, the owner and the permissions of each folder on the way count. On Windows, where a user's folders are the user's, nothing is looked at.
/// </summary>
internal static class FolderTrust
{
    private const int MaximumLinks = 40;

    /// <summary>Why a folder's contents must not be run; null when they may, or the folder is not there and this user will be the one who makes it.</summary>
    public static string? Objection(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return null;
        }
        var current = "/";
        var ahead = new Stack<string>();
        Push(ahead, Path.GetFullPath(folder));
        for (var links = 0; ;)
        {
            if (FileOwner.Of(current) is not { } owner)
            {
                return null;
            }
            if (!owner.IsOurs)
            {
                return $"{current} belongs to another user";
            }
            if (owner.IsLink)
            {
                if (++links > MaximumLinks || new FileInfo(current).LinkTarget is not { } target)
                {
                    return $"{current} is a link that leads nowhere";
                }
                Push(ahead, target);
                current = Path.IsPathRooted(target) ? "/" : Path.GetDirectoryName(current)!;
                continue;
            }
            // In a folder such as /tmp everybody may make files, and only their owners may replace them.
            if (owner.IsWritableByOthers && !(owner.IsSticky && ahead.Count > 0))
            {
                return $"{current} may be written by other users";
            }
            if (!ahead.TryPop(out var name))
            {
                return null;
            }
            current = name == ".." ? Path.GetDirectoryName(current) ?? "/" : Path.Combine(current, name);
        }
    }

    /// <summary>Whether a file in a trusted folder may be used: it is this user's or the system's, and nobody else's to write.</summary>
    public static bool IsTrusted(string file) =>
        OperatingSystem.IsWindows() || FileOwner.Of(file) is not { } owner || (owner.IsOurs && !owner.IsLink && !owner.IsWritableByOthers);

    private static void Push(Stack<string> ahead, string path)
    {
        foreach (var name in path.Split('/').Reverse())
        {
            if (name is not ("" or "."))
            {
                ahead.Push(name);
            }
        }
    }
}
