using Mik.Cli.Output;
using Mik.Configuration.Model;
using Mik.Configuration.Reading;

namespace Mik.Cli.Packages;

/// <summary>The NAMEs of a command → dependencies of the project.</summary>
internal static class DependencyNames
{
    /// <summary>The full names; a last part is enough where it is clear.</summary>
    /// <exception cref="CliException">The project has no such dependency.</exception>
    public static IReadOnlySet<string> Find(MikConfiguration project, IReadOnlyList<string> names)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        var errors = new List<CliError>();
        foreach (var name in names)
        {
            var all = project.Dependencies.Select(dependency => dependency.Name).ToArray();
            var meant = all.Contains(name, StringComparer.Ordinal)
                ? [name] : all.Where(candidate => candidate.EndsWith("/" + name, StringComparison.Ordinal)).ToArray();
            if (meant.Length == 1)
            {
                found.Add(meant[0]);
            }
            else
            {
                errors.Add(new CliError(
                    $"there is no dependency '{name}'",
                    meant.Length > 1
                        ? $"{string.Join(" and ", meant)} end with it" : all.Length == 0
                        ? "mik.toml has none at all" : $"mik.toml has {string.Join(", ", all)}",
                    meant.Length > 1 ? "write the whole name" : Near(name, all) is { } near ? $"did you mean {near}?" : null)
                { Code = "unknown-dependency" });
            }
        }

        return errors.Count == 0 ? found : throw new CliException(ExitCode.Failed, errors);
    }

    private static string? Near(string name, string[] all) =>
        NearestName.Of(name, all) ?? all.FirstOrDefault(candidate => NearestName.Of(name, [candidate.Split('/')[^1]]) is not null);
}
