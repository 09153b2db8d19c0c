using Mik.Configuration.Model;
using Mik.Toml.Model;

namespace Mik.Configuration.Reading;

/// <summary><c>[dependencies]</c> → sources. A table form is told by its first key: registry, git or path.</summary>
internal sealed class DependencyReader(ProblemList problems, string folder)
{
    private const string Expectation = "\"version\", { registry = \"…\", version = \"…\" }, { git = \"…\" } or { path = \"…\" }";

    private static readonly Dictionary<string, string[]> Forms = new(StringComparer.Ordinal)
    {
        ["registry"] = ["registry", "version"],
        ["git"] = ["git", "branch", "tag", "rev"],
        ["path"] = ["path"],
    };

    private static readonly Dictionary<string, GitRevisionKind> Revisions = new(StringComparer.Ordinal)
    {
        ["branch"] = GitRevisionKind.Branch,
        ["tag"] = GitRevisionKind.Tag,
        ["rev"] = GitRevisionKind.Commit,
    };

    /// <summary>Reads all rows.</summary>
    public IReadOnlyList<Dependency> Read(TomlTable table)
    {
        var dependencies = new List<Dependency>();
        foreach (var entry in table.Entries)
        {
            if (!DependencyName.IsLegal(entry.Key))
            {
                problems.Error("config-dependency", entry.KeySpan, $"'{entry.Key}' cannot be the name of a dependency: {DependencyName.Rule}");
                continue;
            }

            var source = entry.Value switch
            {
                TomlScalar { Value: string version } => OfRegistry(entry, version),
                TomlTable form => OfTable(entry, form),
                _ => Wrong(entry),
            };
            if (source is not null)
            {
                dependencies.Add(new Dependency(entry.Key, source));
            }
        }

        return dependencies;
    }

    private DependencySource? Wrong(TomlEntry entry)
    {
        problems.Error("config-dependency", entry.Value.Span, $"dependencies.{entry.Key} must be {Expectation}, not {problems.Excerpt(entry.Value)}");
        return null;
    }

    private RegistrySource? OfRegistry(TomlEntry entry, string version)
    {
        if (!entry.Key.Contains('/', StringComparison.Ordinal))
        {
            problems.Error(
                "config-dependency", entry.KeySpan,
                $"'{entry.Key}' names no package of a registry: write \"user/{entry.Key}\", or {{ registry = \"…\", version = \"…\" }}");
            return null;
        }

        if (version.Length == 0)
        {
            problems.Error("config-dependency", entry.Value.Span, $"dependencies.{entry.Key} must be a version such as \"1.0.0\" or \"latest\"");
            return null;
        }

        return new RegistrySource($"{RegistrySource.DefaultRegistry}/{entry.Key}", version);
    }

    private DependencySource? OfTable(TomlEntry entry, TomlTable table)
    {
        var forms = Forms.Keys.Where(form => table.TryGet(form, out _)).ToArray();
        if (forms.Length != 1)
        {
            var found = forms.Length == 0 ? "it has none of registry, git and path" : $"it has {string.Join(" and ", forms)}";
            problems.Error("config-dependency", entry.Value.Span, $"dependencies.{entry.Key} must be {Expectation}; {found}");
            return null;
        }

        var keys = Forms[forms[0]];
        foreach (var unknown in table.Entries.Where(item => !keys.Contains(item.Key)))
        {
            var hint = NearestName.Of(unknown.Key, keys) is { } nearest ? $"did you mean '{nearest}'?" : $"its keys are {string.Join(", ", keys)}";
            problems.Warning("config-unknown-key", unknown.KeySpan, $"there is no key '{unknown.Key}' in a dependency with {forms[0]}; {hint}");
        }

        var texts = Texts(entry, table, keys);
        return texts is null ? null : forms[0] switch
        {
            "registry" => OfRegistry(entry, texts),
            "git" => OfGit(entry, texts),
            _ => OfPath(texts["path"]),
        };
    }

    private Dictionary<string, string>? Texts(TomlEntry dependency, TomlTable table, string[] keys)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        var isRight = true;
        foreach (var entry in table.Entries.Where(entry => keys.Contains(entry.Key)))
        {
            if (entry.Value is TomlScalar { Value: string { Length: > 0 } text } && !text.Contains('\0', StringComparison.Ordinal))
            {
                texts[entry.Key] = text;
            }
            else
            {
                isRight = false;
                problems.Error(
                    "config-dependency", entry.Value.Span,
                    $"dependencies.{dependency.Key}.{entry.Key} must be a string in quotes that is not empty, not {problems.Excerpt(entry.Value)}");
            }
        }

        return isRight ? texts : null;
    }

    private RegistrySource? OfRegistry(TomlEntry entry, Dictionary<string, string> texts)
    {
        if (!texts.TryGetValue("version", out var version))
        {
            problems.Error(
                "config-dependency", entry.Value.Span,
                $"dependencies.{entry.Key} needs a version beside its registry: {{ registry = \"{texts["registry"]}\", version = \"v1.0\" }}");
            return null;
        }

        return new RegistrySource(texts["registry"], version);
    }

    private GitSource? OfGit(TomlEntry entry, Dictionary<string, string> texts)
    {
        var revisions = texts.Keys.Where(Revisions.ContainsKey).ToArray();
        if (revisions.Length > 1)
        {
            problems.Error(
                "config-dependency", entry.Value.Span,
                $"dependencies.{entry.Key} has {string.Join(" and ", revisions)}; it may have one of branch, tag and rev");
            return null;
        }

        return revisions.Length == 0
            ? new GitSource(texts["git"])
            : new GitSource(texts["git"], Revisions[revisions[0]], texts[revisions[0]]);
    }

    private PathSource OfPath(string path) => new(path, Path.GetFullPath(path, folder));
}
