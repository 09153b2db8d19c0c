using Mik.Conformance.Tests.Suites;

namespace Mik.Conformance.Tests.Core;

/// <summary>The groups of the core specification's suite that the engine must pass.</summary>
public static class CoreSuite
{
    public const string Name = "spec";

    /// <summary>Groups in the order in which they are reported.</summary>
    public static readonly string[] Groups =
    [
        "core", "bulk-memory", "multi-memory", "memory64", "simd", "relaxed-simd", "exceptions", "gc", "proposal-threads",
        "proposal-custom-page-sizes", "proposal-compact-import-section", "wasmtime-misc",
    ];

    /// <summary>Group and file, for every file of <see cref="Groups"/>.</summary>
    public static TheoryData<string, string> Files => FilesOf(Groups);

    /// <summary>Group and file, for every file of some groups.</summary>
    public static TheoryData<string, string> FilesOf(params IEnumerable<string> groups)
    {
        var data = new TheoryData<string, string>();
        foreach (var group in groups)
        {
            foreach (var file in SuiteArchive.Open(Name, group).Files)
            {
                data.Add(group, file);
            }
        }
        return data;
    }
}
