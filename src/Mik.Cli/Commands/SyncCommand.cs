using System.CommandLine;
using Mik.Cli.Options;
using Mik.Cli.Output;
using Mik.Cli.Packages;
using Mik.Packages;

namespace Mik.Cli.Commands;

/// <summary><c>mik sync</c>: makes the modules folder match mik.lock, and mik.lock match mik.toml.</summary>
internal static class SyncCommand
{
    /// <summary>Builds the verb.</summary>
    public static Command Create()
    {
        var command = new Verb(
            "sync",
            "Install exactly what mik.lock says; what is new in mik.toml is looked up and locked",
            ("mik sync", "After a checkout, or after editing mik.toml"),
            ("mik sync --locked", "In a build server: fail if mik.lock is not up to date"),
            ("mik sync --frozen", "The same, from the cache alone"),
            ("mik sync --dry-run --json", "What would be done, for a program"));
        var flags = new SyncFlags(command, SyncFlags.Kind.Locked | SyncFlags.Kind.Offline | SyncFlags.Kind.Result);
        command.SetAction((parsed, cancellationToken) => PackageVerb.RunAsync(
            parsed,
            async (project, session, terminal, token) =>
            {
                var options = flags.Read(parsed);
                var report = await new ProjectPackages(session, project).SyncAsync(options, token);
                ReportOutput.Print(report, Environment.CurrentDirectory, flags.IsJson(parsed), options.DryRun, terminal);
                return ExitCode.Fine;
            },
            cancellationToken));
        return command;
    }
}
