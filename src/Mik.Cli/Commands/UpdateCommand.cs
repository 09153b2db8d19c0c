using System.CommandLine;
using Mik.Cli.Options;
using Mik.Cli.Output;
using Mik.Cli.Packages;
using Mik.Configuration.Model;
using Mik.Packages;
using Mik.Packages.Install;
using Mik.Packages.Manifests;
using Mik.Packages.Sessions;

namespace Mik.Cli.Commands;

/// <summary><c>mik update</c>: looks versions up again and locks what they stand for now.</summary>
internal static class UpdateCommand
{
    /// <summary>Builds the verb.</summary>
    public static Command Create()
    {
        var names = new Argument<string[]>("NAME") { Arity = ArgumentArity.ZeroOrMore, Description = "Dependencies to update [default: all]" };
        var latest = new Option<bool>("--latest") { Description = "Take the newest versions, beyond what mik.toml asks for, and write them into it" };
        var command = new Verb(
            "update",
            "Look up the versions of mik.toml again, and lock and install what they stand for now",
            ("mik update", "All dependencies"),
            ("mik update dufeutech/router", "One; the others stay as they are locked"),
            ("mik update --latest", "Newer versions, too: they are written into mik.toml"),
            ("mik update --dry-run", "Tell what would change"))
        {
            names, latest,
        };
        var flags = new SyncFlags(command, SyncFlags.Kind.Result);
        command.SetAction((parsed, cancellationToken) => PackageVerb.RunAsync(
            parsed,
            async (project, session, terminal, token) =>
            {
                var named = parsed.GetValue(names) ?? [];
                var scope = named.Length == 0 ? null : DependencyNames.Find(project, named);
                var edited = parsed.GetValue(latest) ? await WithLatestAsync(project, scope, session, terminal, token) : project;
                var change = edited == project ? null : new ManifestChange(project.Document.Text, edited.Document.Text);
                var options = flags.Read(parsed, scope, isUpdate: true, change);
                var report = await new ProjectPackages(session, edited).SyncAsync(options, token);
                ReportOutput.Print(report, Environment.CurrentDirectory, flags.IsJson(parsed), options.DryRun, terminal);
                return ExitCode.Fine;
            },
            cancellationToken));
        return command;
    }

    private static async Task<MikConfiguration> WithLatestAsync(
        MikConfiguration project, IReadOnlySet<string>? scope, PackageSession session, Terminal terminal, CancellationToken cancellationToken)
    {
        var found = await new OutdatedPackages(session, project).FindAsync(cancellationToken);
        foreach (var problem in found.Where(package => package.Problem is not null && scope?.Contains(package.Name) != false))
        {
            terminal.Warning(new CliError($"cannot tell about {problem.Name}", problem.Problem) { Code = "package-not-checked" });
        }

        var newer = LatestVersions.Of(project.Dependencies.Where(dependency => scope?.Contains(dependency.Name) != false), found);
        foreach (var dependency in newer)
        {
            terminal.Progress(
                $"{dependency.Name}: {found.First(package => package.Name == dependency.Name).Requested} → "
                    + $"{found.First(package => package.Name == dependency.Name).Newest} in mik.toml");
        }

        return newer.Aggregate(project, DependencyEdit.Add);
    }
}
