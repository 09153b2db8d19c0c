using Mik.Configuration.Model;
using Mik.Server.Options;

namespace Mik.Cli.Projects;

/// <summary>The middlewares that a project's lists name.</summary>
internal static class ProjectMiddleware
{
    /// <summary>Names of all that stand before something.</summary>
    /// <param name="project">Has the server's list.</param>
    /// <param name="tables">The tables of modules whose lists hold.</param>
    public static IEnumerable<string> Names(MikConfiguration project, IReadOnlyDictionary<string, ModuleSection> tables) =>
        project.Server.Middleware.Concat(tables.Values.SelectMany(table => table.Middleware ?? [])).Distinct(StringComparer.Ordinal);

    /// <summary>The tables that hold when only some modules are served: theirs, and those of the middlewares before them.</summary>
    /// <param name="project">Has the tables.</param>
    /// <param name="served">The modules.</param>
    public static Dictionary<string, ModuleSection> TablesOf(MikConfiguration project, IReadOnlyList<ModuleConfig> served)
    {
        var own = project.Modules.Where(table => served.Any(module => module.Name == table.Key)).ToDictionary();
        foreach (var name in Names(project, own).ToArray())
        {
            if (project.Modules.TryGetValue(name, out var table))
            {
                own[name] = table;
            }
        }

        return own;
    }
}
