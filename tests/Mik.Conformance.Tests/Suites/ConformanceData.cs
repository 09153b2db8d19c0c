using System.Runtime.CompilerServices;

namespace Mik.Conformance.Tests.Suites;

/// <summary>
/// Finds the conformance suites. They are not part of this repository: they are looked for in <c>shared/conformance</c> in the
/// folder that holds the checkout (or one of its parents), and tests are skipped without them.
/// </summary>
public static class ConformanceData
{
    public const string MissingMessage = "no shared/conformance folder beside the checkout";

    /// <summary>The folder of the suites, or null.</summary>
    public static string? Root { get; } = Find();

    /// <summary>The zip of a group, for example <c>spec/core</c>.</summary>
    public static string PathOf(string suite, string group) => Path.Combine(Root!, suite, group + ".zip");

    private static string? Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var candidate = Path.Combine(folder.FullName, "shared", "conformance");
            if (Directory.Exists(candidate))
            {
                return candidate;
            }
        }
        return null;
    }
}

/// <summary>A theory over suite files, skipped when the suites are missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ConformanceTheoryAttribute : TheoryAttribute
{
    public ConformanceTheoryAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
        : base(file, line)
    {
        if (ConformanceData.Root is null)
        {
            Skip = ConformanceData.MissingMessage;
        }
    }
}

/// <summary>A fact about the suites, skipped when they are missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ConformanceFactAttribute : FactAttribute
{
    public ConformanceFactAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
        : base(file, line)
    {
        if (ConformanceData.Root is null)
        {
            Skip = ConformanceData.MissingMessage;
        }
    }
}
