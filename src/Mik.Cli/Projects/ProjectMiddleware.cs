using Mik.Configuration.Model;

namespace Mik.Cli.Projects;

/// <summary>The middlewares that a project's lists name.</summary>
internal static class ProjectMiddleware
{
    /// <summary>Names of all that stand before something.</summary>
    /// <param name="project">Has the server's list.</param>
    /// <param name="tables">The tables of modules whose lists hold.</param>
    public static IEnumerable<string> Names(MikConfiguration project, IReadOnlyDictionary<string, ModuleSection> tables) =>
        project.Server.Middleware.Concat(tables.Values.SelectMany(table => table.Middleware ?? [])).Distinct(StringComparer.Ordinal);
}
