using Mik.Components.Model;
using Mik.Conformance.Tests.Suites;

namespace Mik.Conformance.Tests.Components;

/// <summary>The groups of the component model's suites, and which of their commands are for this engine.</summary>
public static class ComponentSuite
{
    public const string Name = "component-model";

    /// <summary>Groups in the order in which they are reported.</summary>
    public static readonly string[] Groups =
    [
        "upstream-async", "upstream-before-forward", "upstream-binary", "upstream-linking", "upstream-resources", "upstream-validation", "upstream-values",
        "wasm-tools-validation", "wasmtime-misc", "wasmtime-misc-async",
    ];

    /// <summary>Features that the engine does not have.</summary>
    private static readonly HashSet<string> MissingFeatures = ["cm_gc"];

    /// <summary>Parts of the component model that are refused, by name.</summary>
    private static readonly HashSet<string> RefusedFeatures =
    [
        "cm_threading", "cm_forward", "cm_gc", "cm_implements", "cm64", "cm_map", "cm_canon_names", "cm_fixed_length_lists", "cm_error_context", "cm_accessors",
        "cm_values", "cm_nested_names", "custom_page_sizes", "custom_descriptors", "shared_everything_threads",
    ];

    /// <summary>What components of the suites may use.</summary>
    public const ComponentFeatures Features = ComponentFeatures.AsyncStackful | ComponentFeatures.MoreAsyncBuiltIns;

    /// <summary>Group and file, for every file.</summary>
    public static TheoryData<string, string> Files
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var group in Groups)
            {
                foreach (var file in SuiteArchive.Open(Name, group).Files)
                {
                    data.Add(group, file);
                }
            }
            return data;
        }
    }

    /// <summary>The commands of a file that are for this engine: those without async, and of those with it all that need nothing that is refused.</summary>
    public static IEnumerable<SuiteCommand> CommandsOf(SuiteFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        return file.Commands.Where(command => command.IsIn(SuiteProfile.Cm02)
            || (!command.IsOutdated && command.ExistsFor(RefusedFeatures)
                && !command.RequiresOff.Any(feature => feature.StartsWith("cm_", StringComparison.Ordinal))));
    }

    /// <summary>Whether the engine has the core features that a command needs.</summary>
    public static bool IsEnabled(SuiteCommand command)
    {
        ArgumentNullException.ThrowIfNull(command);
        return !command.Requires.Any(MissingFeatures.Contains);
    }
}
