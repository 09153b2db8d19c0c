using System.Reflection;
using System.Text;
using Mik.Build.Toolchains;

namespace Mik.Build.Templates;

/// <summary>A new project's files, embedded: those of its language and those of every project. Nothing is fetched.</summary>
public static class ProjectTemplate
{
    private const string Prefix = "templates/";
    private const string Common = "common";

    /// <summary>The languages.</summary>
    public static IReadOnlyList<string> Languages { get; } =
    [
        .. Resources().Select(name => name[Prefix.Length..].Split('/')[0]).Where(name => name != Common).Distinct().Order(StringComparer.Ordinal),
    ];

    /// <summary>Writes a project.</summary>
    /// <param name="folder">Its folder; it is made.</param>
    /// <param name="name">Its name.</param>
    /// <param name="language">One of <see cref="Languages"/>.</param>
    /// <returns>The files, relative to the folder.</returns>
    /// <exception cref="BuildException">The folder has something in it, or cannot be written.</exception>
    public static IReadOnlyList<string> Write(string folder, string name, string language)
    {
        ArgumentNullException.ThrowIfNull(name);
        try
        {
            if (Path.Exists(folder) && (File.Exists(folder) || Directory.EnumerateFileSystemEntries(folder).Any()))
            {
                throw new BuildException($"{folder} cannot become a project", "it is there already and not empty", "another name, or an empty folder");
            }

            var written = new List<string>();
            foreach (var resource in Resources())
            {
                var parts = resource[Prefix.Length..].Split('/', 2);
                if (parts[0] == Common || parts[0] == language)
                {
                    // Names that would mean something where the templates stand have a stand-in there.
                    var path = parts[1].Replace("dot.", ".", StringComparison.Ordinal).Replace(".template", "", StringComparison.Ordinal).Replace("NAME", name, StringComparison.Ordinal);
                    var file = Path.Combine(folder, path);
                    Directory.CreateDirectory(Path.GetDirectoryName(file)!);
                    File.WriteAllText(file, Filled(Text(resource), name), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
                    written.Add(path);
                }
            }

            return [.. written.Order(StringComparer.Ordinal)];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new BuildException($"{folder} cannot become a project", exception.Message);
        }
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
