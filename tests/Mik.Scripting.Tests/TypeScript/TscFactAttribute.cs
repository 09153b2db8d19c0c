using System.Runtime.CompilerServices;

namespace Mik.Scripting.Tests.TypeScript;

/// <summary>A fact that asks <c>tsc</c>, and is skipped where it cannot be had.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class TscFactAttribute : FactAttribute
{
    /// <summary>The version that <c>expected.txt</c> and the tests are about.</summary>
    public const string Version = "7.0.2";

    /// <summary>The last one written in JavaScript.</summary>
    public const string OlderVersion = "5.9.3";

    public TscFactAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
        : base(file, line)
    {
        if (!Tsc.IsThere("node") || !Tsc.IsThere("npm"))
        {
            Skip = "node or npm is not installed";
        }
    }
}
