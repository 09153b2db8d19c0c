using System.Reflection;
using System.Text;
using Mik.Build.Toolchains;

namespace Mik.Build.Templates;

/// <summary>A new project's files, embedded: those of every project, those of its language, and those of its template. Nothing is fetched.</summary>
public static class ProjectTemplate
{
    /// <summary>The template that every language has.</summary>
    public const string Default = "hello";

    private const string Prefix = "templates/";
    private const string Common = "common";

    // What projects whose component is made of WIT share.
    private const string Component = "component";

    private static readonly string[] WithoutWit = ["js", "ts"];

    /// <summary>The languages.</summary>
    public static IReadOnlyList<string> Languages { get; } =
    [
        .. Resources().Select(
            name => name[Prefix.Length..].Split('/')[0]).Where(name => name is not (Common or Component)).Distinct().Order(StringComparer.Ordinal),
    ];

    /// <summary>The templates of a language.</summary>
    public static IReadOnlyList<string> Templates(string language) =>
    [
        .. Resources().Select(name => name[Prefix.Length..].Split('/')).Where(
            parts => parts[0] == language && parts[1] != Common).Select(parts => parts[1]).Distinct()
            .OrderBy(name => name != Default).ThenBy(name => name, StringComparer.Ordinal),
    ];

    /// <summary>Whether a project of a template has a component to build, and not only scripts.</summary>
    public static bool HasComponent(string template) => template != "scripts";

    /// <summary>Writes a project into a folder of its own.</summary>
    /// <param name="folder">Its folder; it is made.</param>
    /// <param name="name">Its name.</param>
    /// <param name="language">One of <see cref="Languages"/>.</param>
    /// <param name="template">One of <see cref="Templates"/>.</param>
    /// <returns>The files, relative to the folder.</returns>
    /// <exception cref="BuildException">The folder has something in it, or cannot be written.</exception>
    public static IReadOnlyList<string> Write(string folder, string name, string language, string template = Default)
    {
        try
        {
            return Path.Exists(folder) && (File.Exists(folder) || Directory.EnumerateFileSystemEntries(folder).Any())
                ? throw new BuildException(
                    $"{folder} cannot become a project", "it is there already and not empty",
                    "another name, or in that folder: mik init")
                { Code = "folder-not-empty" }
                : WriteFiles(folder, name, language, template);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new BuildException($"{folder} cannot become a project", exception.Message) { Code = "file-unwritable" };
        }
    }

    /// <summary>Writes a project into a folder that may hold files, of which none is changed.</summary>
    /// <returns>The files, relative to the folder.</returns>
    /// <exception cref="BuildException">A file of the project is there already; nothing was written.</exception>
    public static IReadOnlyList<string> WriteBeside(string folder, string name, string language, string template = Default)
    {
        try
        {
            var taken = Files(name, language, template).Keys.Where(path => Path.Exists(Path.Combine(folder, path)) || IsBelowFile(folder, path)).ToArray();
            return taken.Length == 0
                ? WriteFiles(folder, name, language, template)
                : throw new BuildException(
                    $"{folder} cannot become a project", $"nothing was written: {string.Join(", ", taken)} {(taken.Length == 1 ? "is" : "are")} there already",
                    "move them away, or mik new NAME in an empty place")
                { Code = "would-overwrite" };
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new BuildException($"{folder} cannot become a project", exception.Message) { Code = "file-unwritable" };
        }
    }

    private static string[] WriteFiles(string folder, string name, string language, string template)
    {
        var files = Files(name, language, template);
        foreach (var (path, resource) in files)
        {
            var file = Path.Combine(folder, path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, Filled(Text(resource), name), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        }

        return [.. files.Keys];
    }

    /// <summary>Paths → resources. What is nearer to the template wins.</summary>
    private static SortedDictionary<string, string> Files(string name, string language, string template)
    {
        ArgumentNullException.ThrowIfNull(name);
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
        string[] folders = [$"{Common}/", .. WithoutWit.Contains(language)
            ? (string[])[] : [$"{Component}/"], .. HasComponent(template) ? (string[])[$"{language}/{Common}/"] : [], $"{language}/{template}/"];
        foreach (var folder in folders)
        {
            foreach (var resource in Resources().Where(resource => resource.StartsWith(Prefix + folder, StringComparison.Ordinal)))
            {
                // Names that would mean something where the templates stand have a stand-in there.
                var path = resource[(Prefix.Length + folder.Length)..]
                    .Replace("dot.", ".", StringComparison.Ordinal).Replace(
                        ".template", "", StringComparison.Ordinal).Replace("NAME", name, StringComparison.Ordinal);
                files[path] = resource;
            }
        }

        return files;
    }

    private static bool IsBelowFile(string folder, string path)
    {
        for (var parent = Path.GetDirectoryName(path); !string.IsNullOrEmpty(parent); parent = Path.GetDirectoryName(parent))
        {
            if (File.Exists(Path.Combine(folder, parent)))
            {
                return true;
            }
        }

        return false;
    }

    private static IEnumerable<string> Resources() =>
        typeof(ProjectTemplate).Assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal));

    private static string Text(string resource)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(resource)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }

    private static string Filled(string text, string name) => text
        .Replace("{{name}}", name, StringComparison.Ordinal)
        .Replace("{{package}}", name.ToLowerInvariant().TrimStart('_').TrimStart('-') is { Length: > 0 } package ? package : "app", StringComparison.Ordinal);
}
