using Mik.Configuration.Keys;
using Mik.Configuration.Model;
using Mik.Toml;
using Mik.Toml.Model;

namespace Mik.Configuration.Reading;

/// <summary>Finds the folders that mik.toml names and nobody has made. A default that is not there is no fault, nor is one that is written out.</summary>
internal static class FolderCheck
{
    private static readonly ConfigurationKey[] Keys = [KeyTable.Modules, KeyTable.UserModules, KeyTable.Scripts, KeyTable.Static];

    /// <summary>What is wrong, in the order of the file.</summary>
    public static IReadOnlyList<ConfigurationProblem> Find(string file, TomlDocument document)
    {
        var problems = new ProblemList(file, document);
        foreach (var key in Keys)
        {
            if (document.Root.TryGet(key.Section, out var section) && section.Value is TomlTable table
                && table.TryGet(key.Name, out var entry) && entry.Value is TomlScalar { Value: string text } && !IsDefault(key, text))
            {
                Check(key, entry.Value, text, Path.GetFullPath(text, Path.GetDirectoryName(file)!), problems);
            }
        }

        return problems.InOrder();
    }

    private static void Check(ConfigurationKey key, TomlValue value, string text, string path, ProblemList problems)
    {
        if (Directory.Exists(path) || (key == KeyTable.Modules && File.Exists(path)))
        {
            return;
        }

        var why = File.Exists(path) ? "is a file" : "is not there";
        var meant = Nearest(text, path) is { } nearest ? $"; did you mean \"{nearest}\"?" : "";
        problems.Error("config-folder", value.Span, $"{key.FullName} must be a folder, and {problems.Excerpt(value)} {why}{meant}");
    }

    /// <summary>The folder beside it whose name is nearest, as it would be written.</summary>
    private static string? Nearest(string text, string path)
    {
        var trimmed = Path.TrimEndingDirectorySeparator(path);
        var parent = Path.GetDirectoryName(trimmed);
        if (!Directory.Exists(parent)
            || NearestName.Of(Path.GetFileName(trimmed), Directory.EnumerateDirectories(parent).Select(folder => Path.GetFileName(folder)!)) is not { } name)
        {
            return null;
        }

        var end = text.TrimEnd('/', '\\');
        return string.Concat(end.AsSpan(0, end.AsSpan().LastIndexOfAny('/', '\\') + 1), name, text.AsSpan(end.Length));
    }

    private static bool IsDefault(ConfigurationKey key, string text) => key.Default is string known && known.TrimEnd('/') == text.TrimEnd('/');
}
