using System.Runtime.CompilerServices;

namespace Mik.EndToEnd.Tests;

/// <summary>A fact that needs programs on the PATH, and is skipped without them.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ToolFactAttribute : FactAttribute
{
    public ToolFactAttribute(string tools, [CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
        : base(file, line)
    {
        var missing = tools.Split(' ').Where(tool => !Tools.IsThere(tool)).ToArray();
        if (missing.Length > 0)
        {
            Skip = $"{string.Join(", ", missing)} is not installed";
        }
    }
}

/// <summary>Programs on the PATH.</summary>
internal static class Tools
{
    /// <summary>Whether one is there; <c>a|b</c> is either.</summary>
    public static bool IsThere(string tool) => tool.Split('|').Any(name =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, name))));
}
