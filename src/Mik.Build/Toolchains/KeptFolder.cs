namespace Mik.Build.Toolchains;

/// <summary>A project's <c>.mik</c>: what mik keeps there is of this machine, so version control leaves it alone.</summary>
internal static class KeptFolder
{
    /// <summary>A folder in it, which is made if need be.</summary>
    public static string Make(string project, string name)
    {
        var kept = Path.Combine(project, ".mik");
        var folder = Directory.CreateDirectory(Path.Combine(kept, name)).FullName;
        var ignore = Path.Combine(kept, ".gitignore");
        if (!File.Exists(ignore))
        {
            File.WriteAllText(ignore, "*\n");
        }

        return folder;
    }
}
