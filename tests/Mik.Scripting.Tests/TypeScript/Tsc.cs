using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Mik.Scripting.Tests.TypeScript;

/// <summary>The compiler of TypeScript, from npm in a version that does not change, kept beside what the tests build.</summary>
internal sealed partial class Tsc
{
    private Tsc(string script)
    {
        Script = script;
    }

    private string Script { get; }

    /// <summary>Fetches a version; null, and why, where that cannot be.</summary>
    public static Tsc? TryGet(string version, out string reason)
    {
        reason = "";
        if (!IsThere("node") || !IsThere("npm"))
        {
            reason = "node, npm is not installed";
            return null;
        }

        var folder = Path.Combine(Path.GetTempPath(), $"mik-tsc-{version}-{Environment.UserName}");
        var script = Path.Combine(folder, "node_modules", "typescript", "bin", "tsc");
        if (!File.Exists(script))
        {
            Directory.CreateDirectory(folder);
            File.WriteAllText(Path.Combine(folder, "package.json"), "{\"private\":true}");
            var (code, _) = Run("npm", folder, "install", "--ignore-scripts", "--no-audit", "--no-fund", "--silent", $"typescript@{version}");
            if (code != 0 || !File.Exists(script))
            {
                reason = $"npm cannot bring typescript {version}";
                return null;
            }
        }

        return new Tsc(script);
    }

    /// <summary>
    /// Compiles files of a folder; what comes out is in <c>out</c>. Gives those with errors of syntax, and those with errors of grammar, which it looks for
    /// only where there are none of syntax, and writes JavaScript in spite of.
    /// </summary>
    public (IReadOnlySet<string> Syntax, IReadOnlySet<string> Grammar) Compile(string folder, IReadOnlyList<string> files, params string[] options)
    {
        var syntax = Run(folder, files, options);
        return (syntax, Run(folder, [.. files.Where(file => !syntax.Contains(file))], options));
    }

    private HashSet<string> Run(string folder, IReadOnlyList<string> files, string[] options)
    {
        File.WriteAllLines(Path.Combine(folder, "files.rsp"), files.Select(file => $"\"{file}\""));
        var (_, output) = Run("node", folder, [Script, .. options, "--rootDir", ".", "--outDir", "out", "--pretty", "false", "@files.rsp"]);
        return Fault().Matches(output).Select(match => match.Groups["file"].Value).ToHashSet(StringComparer.Ordinal);
    }

    public static bool IsThere(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));

    private static (int ExitCode, string Output) Run(string program, string folder, params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, UseShellExecute = false })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output);
    }

    // Errors from 2000 on are of types, which nobody checks when a script is loaded.
    [GeneratedRegex(@"^(?<file>[^\r\n(]+)\(\d+,\d+\): error TS(?:1|17|18)\d{3}:", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Fault();
}
