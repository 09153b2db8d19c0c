using Mik.Configuration.Model;
using Mik.Configuration.Reading;
using Mik.Packages.Remote;
using Mik.Toml;
using Mik.Toml.Model;

namespace Mik.Packages.Manifests;

/// <summary>Edits of <c>[dependencies]</c> that leave every other byte of mik.toml as it is.</summary>
public static class DependencyEdit
{
    private const string Section = "dependencies";

    /// <summary>The project with a dependency, which replaces one of the same name.</summary>
    /// <exception cref="PackageException">The file cannot be edited so.</exception>
    public static MikConfiguration Add(MikConfiguration project, Dependency dependency)
    {
        ArgumentNullException.ThrowIfNull(project);
        ArgumentNullException.ThrowIfNull(dependency);
        var document = project.Document;
        if (Table(document) is { } table && table.TryGet(dependency.Name, out var old) && old.Value is TomlTable { IsInline: false })
        {
            document = Without(document, old);
        }

        try
        {
            return Checked(project, document.Set([Section], dependency.Name, ToToml(dependency)), dependency.Name, mustHave: true);
        }
        catch (InvalidOperationException exception)
        {
            throw NotEditable(project, exception.Message);
        }
    }

    /// <summary>The project without a dependency.</summary>
    /// <exception cref="PackageException">The file cannot be edited so.</exception>
    public static MikConfiguration Remove(MikConfiguration project, string name)
    {
        ArgumentNullException.ThrowIfNull(project);
        var document = project.Document;
        try
        {
            var edited = Table(document) is { } table && table.TryGet(name, out var entry) && entry.Value is TomlTable { IsInline: false }
                ? Without(document, entry)
                : document.Remove([Section], name);
            return Checked(project, edited, name, mustHave: false);
        }
        catch (InvalidOperationException exception)
        {
            throw NotEditable(project, exception.Message);
        }
    }

    /// <summary>A dependency as it is written: the short form where there is one.</summary>
    internal static string ToToml(Dependency dependency) => dependency.Source switch
    {
        RegistrySource registry when dependency.Name.Contains('/', StringComparison.Ordinal)
            && registry.Repository == $"{RegistrySource.DefaultRegistry}/{dependency.Name}" => TomlText.String(registry.Version),
        RegistrySource registry => TomlText.InlineTable([new("registry", registry.Repository), new("version", registry.Version)]),
        GitSource { Revision: null } git => TomlText.InlineTable([new("git", git.Url)]),
        GitSource git =>
            TomlText.InlineTable(
                [new("git", git.Url), new(git.Kind switch { GitRevisionKind.Branch => "branch", GitRevisionKind.Tag => "tag", _ => "rev" }, git.Revision)]),
        PathSource path => TomlText.InlineTable([new("path", path.Path)]),
        _ => throw new InvalidOperationException($"{dependency.Source.GetType().Name} is no source"),
    };

    private static TomlTable? Table(TomlDocument document) => document.Root.TryGet(Section, out var section) ? section.Value as TomlTable : null;

    /// <summary>Cuts a dependency that is written with lines of its own: <c>[dependencies.name]</c>, or <c>name.git = …</c>.</summary>
    private static TomlDocument Without(TomlDocument document, TomlEntry entry)
    {
        var table = (TomlTable)entry.Value;
        var first = table.Entries.Select(inner => inner.Span.Start).Append(entry.Span.Start).Append(table.Span.Start).Min();
        var last = table.Entries.Select(inner => inner.Span.End).Append(entry.Span.End).Append(table.Span.End).Max();
        var start = first == 0 ? 0 : document.Text.LastIndexOf('\n', first - 1) + 1;
        var end = document.Text.IndexOf('\n', last);
        return TomlDocument.Parse(string.Concat(document.Text.AsSpan(0, start), end < 0 ? "" : document.Text.AsSpan(end + 1)));
    }

    /// <summary>Reads what an edit made: all other dependencies must be as they were.</summary>
    private static MikConfiguration Checked(MikConfiguration project, TomlDocument edited, string name, bool mustHave)
    {
        var result = MikConfiguration.Parse(project.File, edited.Text);
        if (result.Configuration is not { } after)
        {
            throw NotEditable(project, result.Problems.First(problem => problem.IsError).Message);
        }

        var others = project.Dependencies.Where(dependency => dependency.Name != name);
        return after.Dependencies.Any(dependency => dependency.Name == name) == mustHave
            && others.ToHashSet().SetEquals(after.Dependencies.Where(dependency => dependency.Name != name))
            ? after
            : throw NotEditable(project, $"'{name}' is written in a way that mik does not change");
    }

    private static PackageException NotEditable(MikConfiguration project, string why) =>
        new($"cannot edit {project.File}", why, $"edit its [{Section}] by hand, then run mik sync") { Code = "config-not-editable" };
}
