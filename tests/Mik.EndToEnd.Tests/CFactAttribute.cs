using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Mik.EndToEnd.Tests;

/// <summary>A fact that builds C for WebAssembly, and is skipped where the compiler or its linker is missing: one comes without the other.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class CFactAttribute : FactAttribute
{
    private static readonly string[] Compilers = ["clang", .. Enumerable.Range(14, 6).Reverse().Select(version => $"clang-{version}")];
    private static readonly Lazy<string?> Missing = new(FindMissing);

    public CFactAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
        : base(file, line)
    {
        Skip = Missing.Value;
    }

    private static string? FindMissing()
    {
        if (!Tools.IsThere("make"))
        {
            return "make is not installed";
        }

        // The template's Makefile takes the first of them too.
        return Compilers.FirstOrDefault(Tools.IsThere) is not { } compiler ? "clang is not installed"
            : Links(compiler) ? null
            : $"{compiler} cannot link WebAssembly: wasm-ld is not installed (Debian: apt-get install lld)";
    }

    private static bool Links(string compiler)
    {
        var folder = Directory.CreateTempSubdirectory("mik-clang-");
        try
        {
            var source = Path.Combine(folder.FullName, "probe.c");
            File.WriteAllText(source, "int probe(void) { return 1; }\n");
            using var process = Process.Start(
                new ProcessStartInfo(
                    compiler, ["--target=wasm32-unknown-unknown", "-nostdlib", "-Wl,--no-entry", source, "-o", Path.Combine(folder.FullName, "probe.wasm")])
                {
                    RedirectStandardError = true,
                    UseShellExecute = false,
                })!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
