using System.CommandLine;
using Mik.Cli.Options;
using Mik.Cli.Output;
using Mik.Cli.Output.Logging;
using Mik.Cli.Projects;
using Mik.Cli.Running;
using Mik.Configuration.Reading;
using Mik.Server;
using Mik.Server.Hosting;
using Mik.Server.Options;

namespace Mik.Cli.Commands;

/// <summary><c>mik run [PATH…]</c>: loads components and serves them until a signal.</summary>
internal static class RunCommand
{
    /// <summary>Builds the verb.</summary>
    public static Command Create()
    {
        var command = new Verb(
            "run",
            "Serve a project, or components, over HTTP: each component at /run/<name of its file>/",
            ("mik run", "Serve the project of the current folder as its mik.toml says"),
            ("mik run hello.wasm", "Serve one component at /run/hello/"),
            ("mik run api.wasm auth-composed.wasm --port 8080", "Serve two, at /run/api/ and /run/auth/"),
            ("mik run oci://ghcr.io/myorg/router:1.0.0", "Fetch a component, verify it, and serve it at /run/router/"),
            ("mik run samples/hello", "Serve the project of another folder"),
            ("mik run api.wasm --timeout 5 --memory-limit 64", "End each request after 5 seconds or at 64 MB of memory"),
            ("PORT=0 mik run api.wasm", "Take a free port and print it"),
            ("MIK_HOT_RELOAD=1 mik run", "Serve changes as soon as they are saved"),
            ("MIK_LOG=info,mik::guest=off mik run api.wasm --log-format json", "Log requests as JSON, and nothing that guests print"));
        var options = new RunOptions(command);
        var logFlags = new LogFlags(command);
        command.SetAction((parsed, cancellationToken) =>
            RunAsync(options, parsed, logFlags, new Terminal(parsed.GetValue(GlobalOptions.NoColour)), development: null, cancellationToken));
        return command;
    }

    /// <summary>Serves until a signal.</summary>
    /// <param name="options">The flags of the verb.</param>
    /// <param name="parsed">The command line.</param>
    /// <param name="logFlags">The flags about the log.</param>
    /// <param name="terminal">For people.</param>
    /// <param name="development">Of <c>mik dev</c>: changes are served at once, whatever the environment says.</param>
    /// <param name="cancellationToken">Stops what comes before the server listens.</param>
    public static async Task<int> RunAsync(
        RunOptions options, ParseResult parsed, LogFlags logFlags, Terminal terminal, Development? development, CancellationToken cancellationToken)
    {
        await options.FetchAsync(parsed, terminal, cancellationToken);
        var target = options.Target(parsed, terminal);
        var read = WithSource(options, parsed, target, terminal, development is not null);
        var served = development is null ? read : read with { HotReload = true, WatchDebounce = Development.Shorter(read.WatchDebounce) };
        return await RunAsync(served, logFlags.Read(parsed, target.IsProject ? target.Project : null, terminal), terminal, development, cancellationToken);
    }

    /// <summary>The options, and how to read them again when mik.toml has changed.</summary>
    private static MikServerOptions WithSource(RunOptions options, ParseResult parsed, RunTarget target, Terminal terminal, bool isHot)
    {
        var read = options.Read(parsed, target) with { NearestName = NearestName.Of, TellsNearestNames = isHot };
        return target.Project is { } project
            ? read with { Source = new OptionsSource(project.File, () => ReadAgain(options, parsed, terminal, isHot)) }
            : read;
    }

    private static MikServerOptions? ReadAgain(RunOptions options, ParseResult parsed, Terminal terminal, bool isHot)
    {
        try
        {
            return WithSource(options, parsed, options.Target(parsed, terminal), terminal, isHot);
        }
        catch (CliException exception)
        {
            foreach (var error in exception.Errors)
            {
                terminal.Error(error);
            }

            return null;
        }
    }

    private static async Task<int> RunAsync(
        MikServerOptions options, LogOptions logOptions, Terminal terminal, Development? development, CancellationToken cancellationToken)
    {
        using var signals = new ShutdownSignals();
        using var log = LogOutput.Open(logOptions, terminal);
        await using var server = new MikServer(options, log.Loggers);
        var loading = LoadAsync(server, cancellationToken);

        // Beside the loading, which has a thread of its own: nobody can ask for threads before the server listens.
        ThreadReserve.Fill();
        await loading;
        foreach (var module in server.NeverShared)
        {
            terminal.Warning(ProjectRemarks.NeverShared(module));
        }

        await ListenAsync(server, cancellationToken);
        Banner.Print(terminal, options, server, log.Description);

        development?.Listening([.. server.Addresses]);
        await (development is null ? signals.First : Task.WhenAny(signals.First, development.Stop));
        terminal.Line("Stopping: waiting for requests in flight (signal again to stop at once)");
        var drained = await server.StopAsync();
        terminal.Line(drained ? "Stopped." : "Stopped; requests that took too long were cut.");
        if (options.Profile)
        {
            ProfileTable.Print(terminal, server.Profile());
        }

        return ExitCode.Fine;
    }

    private static async Task LoadAsync(MikServer server, CancellationToken cancellationToken)
    {
        var failures = await server.LoadAsync(cancellationToken);
        if (failures.Count > 0)
        {
            throw new CliException(
                ExitCode.Failed,
                [.. failures.Select(failure => new CliError($"cannot serve {failure.Module.Path}", failure.Message, failure.Remedy) { Code = failure.Code })]);
        }
    }

    private static async Task ListenAsync(MikServer server, CancellationToken cancellationToken)
    {
        try
        {
            await server.StartAsync(cancellationToken);
        }
        catch (ListenException exception)
        {
            throw new CliException(
                ExitCode.Failed,
                new CliError(
                    "the server cannot start", exception.Message, "another --port (0 takes a free one) or another --host")
                { Code = "address-unavailable" });
        }
        catch (CertificateException exception)
        {
            throw new CliException(
                ExitCode.Failed,
                new CliError(
                    "the server cannot start", exception.Message,
                    "see tls_certificate and tls_key in docs/configuration.md; MIK_TLS_PASSWORD is the password")
                { Code = "certificate-unusable" });
        }
    }
}
