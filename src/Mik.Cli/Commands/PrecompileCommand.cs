using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Mik.Cli.Options;
using Mik.Cli.Output;
using Mik.Cli.Projects;
using Mik.Configuration.Model;
using Mik.Scripting.Engine;
using Mik.Server.Options;
using Mik.Wasm.CodeCaching;
using Mik.Wasm.Model;

namespace Mik.Cli.Commands;

/// <summary><c>mik cache precompile [FILE…]</c>: compiles components to machine code, so that later starts need no compiler.</summary>
internal static class PrecompileCommand
{
    /// <summary>Builds the verb.</summary>
    public static Command Create()
    {
        var files =
            new Argument<FileInfo[]>("FILE")
            {
                Arity = ArgumentArity.ZeroOrMore,
                Description = "Components. Default: those of the project, and the engine of scripts."
            };
        var into = new Option<DirectoryInfo?>("--into") { Description = "Another folder than the cache's, such as one that is shipped", HelpName = "FOLDER" };
        var engine = new Option<bool>("--script-engine") { Description = "The engine of scripts only" };
        var command = new Verb(
            "precompile",
            "Compile components to machine code, so that mik starts faster and they run faster",
            ("mik cache precompile", "All components of the project"),
            ("mik cache precompile big.wasm", "One component"))
        {
            files, into, engine,
        };
        command.SetAction((parsed, cancellationToken) =>
        {
            var terminal = new Terminal(parsed.GetValue(GlobalOptions.NoColour));
            var modules = parsed.GetValue(engine)
                ? [Script]
                : parsed.GetValue(files) is { Length: > 0 } named
                    ? [.. named.Select(file => (file.Name, Read(file.FullName)))]
                    : ModulesOf(ProjectFile.Require(parsed.GetValue(GlobalOptions.Config), terminal));
            return RunAsync(modules, new CodeCache(parsed.GetValue(into)?.FullName ?? GuestCode.Folder), terminal, cancellationToken);
        });
        return command;
    }

    private static (string Name, IReadOnlyList<WasmModule> Modules) Script => ("the engine of scripts", [ScriptEngine.Load()]);

    private static async Task<int> RunAsync(
        IReadOnlyList<(string Name, IReadOnlyList<WasmModule> Modules)> sources, CodeCache cache, Terminal terminal, CancellationToken cancellationToken)
    {
        var compiler = NativeCompiler.Find()
            ?? throw new CliException(ExitCode.Failed, new CliError(
                "there is no compiler to machine code",
                $"crossgen2 of .NET {Environment.Version.Major} is neither named by {NativeCompiler.Variable}, nor beside mik, nor in NuGet's folder",
                "take a release that has it inside (mik doctor says so), or build mik once with ./mik on this machine, which fetches it; without it, "
                    + "mik compiles while it runs")
            { Code = "native-compiler-missing" });
        foreach (var (name, modules) in sources)
        {
            var started = Stopwatch.GetTimestamp();
            var compiled = 0;
            terminal.Progress($"Compiling {name}");
            var exceptions = modules.Any(module => module.UsesExceptions);
            foreach (var module in modules)
            {
                compiled += await CompileAsync(name, module, exceptions, compiler, cache, cancellationToken) ? 1 : 0;
            }

            terminal.Line(compiled == 0
                ? $"{name}: nothing to do"
                : string.Create(CultureInfo.InvariantCulture, $"{name}: compiled in {Stopwatch.GetElapsedTime(started).TotalSeconds:F1} s"));
        }

        return ExitCode.Fine;
    }

    private static async Task<bool> CompileAsync(
        string name, WasmModule module, bool exceptions, NativeCompiler compiler, CodeCache cache, CancellationToken cancellationToken)
    {
        try
        {
            return await cache.PrecompileAsync(module, compiler, cancellationToken, exceptions);
        }
        catch (Exception exception) when (exception is NativeCompilerException or IOException or UnauthorizedAccessException)
        {
            throw new CliException(
                ExitCode.Failed,
                new CliError(
                    $"cannot compile {name}", exception.Message,
                    "it runs without; see that the disk is not full and the cache's folder can be written")
                { Code = "native-compiler-failed" });
        }
    }

    private static IReadOnlyList<(string Name, IReadOnlyList<WasmModule> Modules)> ModulesOf(MikConfiguration project)
    {
        IEnumerable<ModuleConfig> modules = [.. ProjectModules.Built(project) is { } built ? new[] { built } : [], .. ProjectModules.In(project)];
        return [.. modules.Select(module => (module.Name, Read(module.Path))), .. project.Server.Scripts is null
            ? Array.Empty<(string, IReadOnlyList<WasmModule>)>() : [Script]];
    }

    private static IReadOnlyList<WasmModule> Read(string path) => [.. ComponentFile.Read(new FileInfo(path)).Component.CoreModules];
}
