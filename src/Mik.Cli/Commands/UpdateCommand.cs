using System.CommandLine;
using Mik.Cli.Options;
using Mik.Cli.Output;
using Mik.Cli.Packages;
using Mik.Packages;

namespace Mik.Cli.Commands;

/// <summary><c>mik update</c>: looks versions up again and locks what they stand for now.</summary>
internal static class UpdateCommand
{
    /// <summary>Builds the verb.</summary>
    public static Command Create()
    {
        var names = new Argument<string[]>("NAME") { Arity = ArgumentArity.ZeroOrMore, Description = "Dependencies to update [default: all]" };
        var command = new Verb(
            "update",
            "Look up the versions of mik.toml again, and lock and install what they stand for now",
            ("mik update", "All dependencies"),
            ("mik update dufeutech/router", "One; the others stay as they are locked"),
            ("mik update --dry-run", "Tell what would change"))
        {
            names,
        };
        var flags = new SyncFlags(command, SyncFlags.Kind.Result);
        command.SetAction((parsed, cancellationToken) => PackageVerb.RunAsync(
            parsed,
            async (project, session, terminal, token) =>
            {
                var named = parsed.GetValue(names) ?? [];
                var options = flags.Read(parsed, named.Length == 0 ? null : DependencyNames.Find(project, named), isUpdate: true);
                var report = await new ProjectPackages(session, project).SyncAsync(options, token);
                ReportOutput.Print(report, Environment.CurrentDirectory, flags.IsJson(parsed), options.DryRun, terminal);
                return ExitCode.Fine;
            },
            cancellationToken));
        return command;
    }
}
