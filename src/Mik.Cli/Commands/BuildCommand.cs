using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Mik.Build;
using Mik.Build.Toolchains;
using Mik.Cli.Options;
using Mik.Cli.Output;
using Mik.Cli.Packages;
using Mik.Cli.Projects;
using Mik.Components.Composition;
using Mik.Configuration.Model;
using Mik.Packages.Install;

namespace Mik.Cli.Commands;

/// <summary><c>mik build [-r] [-c]</c>: builds the project's component with its own toolchain.</summary>
internal static class BuildCommand
{
    /// <summary>Builds the verb.</summary>
    public static Command Create()
    {
        var release = new Option<bool>("--release", "-r") { Description = "Optimise" };
        var compose = new Option<bool>("--compose", "-c") { Description = "Compose the component with the HTTP bridge and the dependencies as well" };
        var strip =
            new Option<bool>("--strip") { Description = "Leave out debug information, by which a trap shows lines of the source [default: it is kept]" };
        var noCheck = new Option<bool>("--no-check") { Description = "Do not check the types of TypeScript" };
        var json = new Option<bool>("--json") { Description = "Tell the result as JSON" };
        var command = new Verb(
            "build",
            "Build the project's component into dist/",
            ("mik build", "Writes dist/<name>.wasm"),
            ("mik build --no-check", "TypeScript without a check of its types"),
            ("mik build -r -c", "An optimised one, and dist/<name>-composed.wasm"),
            ("mik build -c --frozen", "With the bridge that mik.lock names, from the cache"))
        {
            release, compose, strip, noCheck, json,
        };
        var flags = new SyncFlags(command, SyncFlags.Kind.Locked | SyncFlags.Kind.Offline);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var terminal = new Terminal(parsed.GetValue(GlobalOptions.NoColour));
            var project = ProjectFile.Require(parsed.GetValue(GlobalOptions.Config), terminal);
            using var signals = new BuildSignals(cancellationToken);
            try
            {
                var options = new BuildOptions(
                    parsed.GetValue(release), parsed.GetValue(json))
                { SkipsCheck = parsed.GetValue(noCheck), StripsDebugInformation = parsed.GetValue(strip) };
                await RunAsync(project, options, parsed.GetValue(compose) ? flags.Read(parsed) : null, terminal, signals.Token);
                return ExitCode.Fine;
            }
            catch (BuildException exception)
            {
                throw new CliException(ExitCode.Failed, new CliError(exception.What, exception.Why, exception.Next) { Code = exception.Code });
            }
            catch (OperationCanceledException)
            {
                throw new CliException(ExitCode.Failed, new CliError("the build was stopped") { Code = "stopped" });
            }
        });
        return command;
    }

    private static async Task RunAsync(
        MikConfiguration project, BuildOptions options, SyncOptions? composition, Terminal terminal, CancellationToken cancellationToken)
    {
        var result = await ProjectBuild.RunAsync(project, options, step => terminal.Progress($"running: {step}"), cancellationToken);
        var built = new FileInfo(Path.Combine(project.Folder, ProjectModules.OutputFolder, $"{project.Name}.wasm"));
        ComponentFile.Write(built, result.Bytes.Span);
        (FileInfo File, byte[] Bytes)? composed = composition is not null
            ? await ComposeAsync(project, result.Bytes, composition, terminal, cancellationToken) : null;
        if (options.OutputToErrors)
        {
            terminal.Line(JsonSerializer.Serialize(new
            {
                language = result.Language,
                component = built.FullName,
                bytes = result.Bytes.Length,
                debug_bytes = options.StripsDebugInformation ? 0 : result.DebugBytes,
                composed = composed?.File.FullName,
                composed_bytes = composed?.Bytes.Length,
            }, ReportOutput.Json));
            return;
        }

        Tell(built, result.Bytes.Length, terminal);
        if (result.DebugBytes > 0)
        {
            terminal.Line(string.Create(
                CultureInfo.InvariantCulture,
                $"Debug information: {result.DebugBytes:N0} bytes, {(options.StripsDebugInformation ? "left out (--strip); a trap shows names of "
                    + "functions only" : "kept: a trap shows lines of the source; --strip leaves it out")}"));
        }

        if (composed is { } whole)
        {
            Tell(whole.File, whole.Bytes.Length, terminal);
        }
    }

    private static async Task<(FileInfo File, byte[] Bytes)> ComposeAsync(
        MikConfiguration project, ReadOnlyMemory<byte> component, SyncOptions options, Terminal terminal, CancellationToken cancellationToken)
    {
        var bytes = ProjectBuild.Stamp(
            project,
            await ProjectComposition.ComposeAsync(project, new CompositionPart($"{project.Name}.wasm", component), options, terminal, cancellationToken));
        var file = new FileInfo(Path.Combine(project.Folder, ProjectModules.OutputFolder, $"{project.Name}{ProjectModules.ComposedSuffix}.wasm"));
        ComponentFile.Write(file, bytes);
        return (file, bytes);
    }

    private static void Tell(FileInfo file, int length, Terminal terminal) =>
        terminal.Line(
            string.Create(
                CultureInfo.InvariantCulture, $"Built {Path.GetRelativePath(Environment.CurrentDirectory, file.FullName)} ({length:N0} bytes)"));
}
