using System.Runtime.CompilerServices;

namespace Mik.EndToEnd.Tests;

/// <summary>A theory that needs programs on the PATH, and is skipped without them.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ToolTheoryAttribute : TheoryAttribute
{
    public ToolTheoryAttribute(string tools, [CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
        : base(file, line)
    {
        var missing = tools.Split(' ').Where(tool => !Tools.IsThere(tool)).ToArray();
        if (missing.Length > 0)
        {
            Skip = $"{string.Join(", ", missing)} is not installed";
        }
    }
}
