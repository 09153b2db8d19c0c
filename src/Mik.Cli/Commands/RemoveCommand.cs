using System.CommandLine;
using Mik.Cli.Options;
using Mik.Cli.Output;
using Mik.Cli.Packages;
using Mik.Packages;
using Mik.Packages.Install;
using Mik.Packages.Manifests;

namespace Mik.Cli.Commands;

/// <summary><c>mik remove</c>: a dependency out of mik.toml, mik.lock and the modules folder.</summary>
internal static class RemoveCommand
{
    /// <summary>Builds the verb.</summary>
    public static Command Create()
    {
        var names =
            new Argument<string[]>("NAME") { Arity = ArgumentArity.OneOrMore, Description = "A dependency of mik.toml; the last part of its name is enough" };
        var command = new Verb(
            "remove",
            "Remove dependencies from mik.toml, mik.lock and the modules folder",
            ("mik remove dufeutech/router", "By its whole name"),
            ("mik remove router utils", "Two, by the last parts of their names"))
        {
            names,
        };
        var flags = new SyncFlags(command, SyncFlags.Kind.Result);
        command.SetAction((parsed, cancellationToken) => PackageVerb.RunAsync(
            parsed,
            async (project, session, terminal, token) =>
            {
                var scope = DependencyNames.Find(project, parsed.GetRequiredValue(names));
                var edited = scope.Aggregate(project, DependencyEdit.Remove);
                var options = flags.Read(parsed, scope, isUpdate: false, new ManifestChange(project.Document.Text, edited.Document.Text));
                var report = await new ProjectPackages(session, edited).SyncAsync(options, token);
                if (!flags.IsJson(parsed) && report.Changes.Count == 0)
                {
                    terminal.Line($"removed {string.Join(", ", scope)} from mik.toml; it was not installed");
                    return ExitCode.Fine;
                }

                ReportOutput.Print(report, Environment.CurrentDirectory, flags.IsJson(parsed), options.DryRun, terminal);
                return ExitCode.Fine;
            },
            cancellationToken));
        return command;
    }
}
