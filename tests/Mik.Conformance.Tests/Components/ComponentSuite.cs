using Mik.Conformance.Tests.Suites;

namespace Mik.Conformance.Tests.Components;

/// <summary>The groups of the component model's suites; of the async ones, only what the profile without async has.</summary>
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

    /// <summary>Whether the engine has the features that a command needs.</summary>
    public static bool IsEnabled(SuiteCommand command)
    {
        ArgumentNullException.ThrowIfNull(command);
        return !command.Requires.Any(MissingFeatures.Contains);
    }
}
