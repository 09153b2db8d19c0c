using System.Runtime.CompilerServices;
using Mik.Testing;

namespace Mik.EndToEnd.Tests;

/// <summary>A fact that asks jco, another toolchain, and is skipped where it is not installed; building mik does not need it.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class JcoFactAttribute : FactAttribute
{
    public JcoFactAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
        : base(file, line)
    {
        if (!Tools.IsThere("node") || !File.Exists(Module))
        {
            Skip = "jco is not installed: npm ci in guests/ brings it";
        }
    }

    /// <summary>The module of jco that has wasm-tools in it.</summary>
    public static string Module => RepositoryRoot.Combine("guests", "node_modules", "@bytecodealliance", "jco", "obj", "wasm-tools.js");
}
