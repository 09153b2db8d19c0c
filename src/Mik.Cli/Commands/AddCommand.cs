using System.CommandLine;
using Mik.Cli.Options;
using Mik.Cli.Output;
using Mik.Cli.Packages;
using Mik.Packages;
using Mik.Packages.Install;
using Mik.Packages.Manifests;
using Mik.Packages.PackageNames;

namespace Mik.Cli.Commands;

/// <summary><c>mik add</c>: a dependency into mik.toml, mik.lock and the modules folder, all or nothing.</summary>
internal static class AddCommand
{
    /// <summary>Builds the verb.</summary>
    public static Command Create()
    {
        var command = new Verb(
            "add",
            "Add dependencies to mik.toml, fetch them and lock them",
            ("mik add dufeutech/router", "The version 'latest' of ghcr.io/dufeutech/router"),
            ("mik add dufeutech/router:1.0.0", "A certain version"),
            ("mik add docker.io/myorg/cache:2.0.0", "From another registry, as 'cache'"),
            ("mik add acme:router@1.0.0", "A package, from the registry that wkg's configuration names for acme"),
            ("mik add mylib --git https://github.com/user/repo.git --tag v1.0.0", "From a git repository that has the built component"),
            ("mik add utils --path ../utils", "From a project beside this one"));
        var request = new AddRequest(command);
        var flags = new SyncFlags(command, SyncFlags.Kind.Offline | SyncFlags.Kind.Result);
        command.SetAction((parsed, cancellationToken) => PackageVerb.RunAsync(
            parsed,
            async (project, session, terminal, token) =>
            {
                var dependencies = await request.ReadAsync(parsed, project.Folder, new PackageNameResolver(session), token);
                var edited = dependencies.Aggregate(project, DependencyEdit.Add);
                var names = dependencies.Select(dependency => dependency.Name).ToHashSet(StringComparer.Ordinal);
                var options = flags.Read(parsed, names, isUpdate: true, new ManifestChange(project.Document.Text, edited.Document.Text));
                var report = await new ProjectPackages(session, edited).SyncAsync(options, token);
                ReportOutput.Print(report, Environment.CurrentDirectory, flags.IsJson(parsed), options.DryRun, terminal);
                return ExitCode.Fine;
            },
            cancellationToken));
        return command;
    }
}
