using Mik.Configuration.Model;

namespace Mik.Cli.Projects;

/// <summary>The files that a project is built from: what lies in its folder, without what builds write and what is served without a build.</summary>
internal static class ProjectSources
{
    private static readonly string[] NotSources =
        ["dist", "build", "target", "bin", "obj", "out", "node_modules", ".mik", ".git", "modules", "scripts", "static"];

    private static readonly string[] NotBuilt = [MikConfiguration.FileName, "mik.lock", "README.md", ".gitignore", "mik.schema.json"];

    /// <summary>The files and folders at the top that hold sources.</summary>
    public static IEnumerable<string> Entries(MikConfiguration project) =>
        Directory.EnumerateFileSystemEntries(project.Folder).Where(path => Includes(project, path));

    /// <summary>Whether a path is that of a source.</summary>
    public static bool Includes(MikConfiguration project, string path)
    {
        var relative = Path.GetRelativePath(project.Folder, path);
        var first = relative.Split(Path.DirectorySeparatorChar)[0];
        return first.Length > 0 && first != ".." && !NotSources.Contains(first, StringComparer.Ordinal) && !NotBuilt.Contains(relative, StringComparer.Ordinal);
    }
}
