using System.Text;
using Mik.Scripting.Engine;

namespace Mik.Cli.Projects;

/// <summary>The types of <c>mik-sdk</c> for editors, without the package: as modules that are declared.</summary>
internal static class SdkTypes
{
    private const string Head = "// Written by `mik types`.\n";

    /// <summary>Declares <c>mik-sdk</c> and <c>mik-sdk/testing</c>.</summary>
    public static string Modules() =>
        $"{Head}declare module \"mik-sdk\" {{\n{Read("index.d.ts")}}}\n\ndeclare module \"mik-sdk/testing\" {{\n{Read("testing.d.ts")}}}\n";

    /// <summary>Declares what <c>mik test</c> makes global.</summary>
    public static string Globals() => Head + Read("globals.d.ts");

    private static string Read(string name) => Encoding.UTF8.GetString(EmbeddedSources.Bytes($"types/{name}"))
        .ReplaceLineEndings("\n")
        .Replace("'./index.js'", "'mik-sdk'", StringComparison.Ordinal)
        .Replace("'./testing.js'", "'mik-sdk/testing'", StringComparison.Ordinal);
}
