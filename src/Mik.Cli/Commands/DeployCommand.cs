using System.CommandLine;
using Mik.Cli.Deploying;
using Mik.Cli.Options;
using Mik.Cli.Output;
using Mik.Cli.Projects;

namespace Mik.Cli.Commands;

/// <summary><c>mik deploy kubernetes</c>: writes manifests that run the project on many machines.</summary>
internal static class DeployCommand
{
    private const int MostReplicas = 10_000;

    /// <summary>Builds the verb.</summary>
    public static Command Create() => new Verb(
        "deploy",
        "Write what runs the project on many machines",
        ("mik deploy kubernetes --image registry.example.com/shop:1.2.0", "Manifests in deploy/kubernetes; nothing is sent anywhere"))
    {
        Kubernetes(),
    };

    private static Verb Kubernetes()
    {
        var image = new Option<string>("--image")
        {
            Description = $"The container image that holds mik and, in {ImageProject.Folder}, the project",
            HelpName = "REF",
            Required = true,
        };
        image.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is { } text
                && (text.Length is 0 or > 512 || text.Any(character => !char.IsAscii(character) || char.IsWhiteSpace(character) || char.IsControl(character))))
            {
                result.AddError("--image must be a reference such as registry.example.com/shop:1.2.0");
            }
        });
        var into = new Option<DirectoryInfo?>("--into") { Description = "The folder [default: deploy/kubernetes beside mik.toml]", HelpName = "FOLDER" };
        var replicas = Count("--replicas", "The fewest pods", 2);
        var maxReplicas = Count("--max-replicas", "The most pods", 10);
        var force = new Option<bool>("--force") { Description = "Write over files that are there and say something else" };
        var command = new Verb(
            "kubernetes",
            "Write plain manifests with a kustomization: Deployment, Service, HorizontalPodAutoscaler, PodDisruptionBudget, NetworkPolicy",
            ("mik deploy kubernetes --image registry.example.com/shop:1.2.0", "Write deploy/kubernetes"),
            ("kubectl apply -k deploy/kubernetes", "Run it"))
        {
            image, into, replicas, maxReplicas, force,
        };
        command.SetAction(parsed =>
        {
            var terminal = new Terminal(parsed.GetValue(GlobalOptions.NoColour));
            var project = ProjectFile.Require(parsed.GetValue(GlobalOptions.Config), terminal);
            var (least, most) = (parsed.GetValue(replicas), parsed.GetValue(maxReplicas));
            if (least > most)
            {
                throw new CliException(
                    ExitCode.Usage,
                    new CliError("--replicas is above --max-replicas", $"{least} is more than {most}", $"--max-replicas {least}") { Code = "invalid-option" });
            }

            var folder = parsed.GetValue(into)?.FullName ?? Path.Combine(project.Folder, "deploy", "kubernetes");
            var application = new KubernetesApplication(project, parsed.GetRequiredValue(image), least, most);
            Warn(application, terminal);
            Write(folder, KubernetesManifests.Of(application), parsed.GetValue(force), terminal);
            TellWhatIsNext(folder, application, terminal);
            return ExitCode.Fine;
        });
        return command;
    }

    private static Option<int> Count(string name, string description, int @default)
    {
        var option = new Option<int>(name) { Description = description, HelpName = "N", DefaultValueFactory = _ => @default };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > MostReplicas)
            {
                result.AddError($"{name} must be from 1 to {MostReplicas}");
            }
        });
        return option;
    }

    private static void Write(string folder, IReadOnlyList<(string Name, string Text)> files, bool force, Terminal terminal)
    {
        try
        {
            var changed = files.Select(file => (Path: Path.Combine(folder, file.Name), file.Text)).Where(
                file => File.Exists(file.Path) && File.ReadAllText(file.Path) != file.Text).ToArray();
            if (changed.Length > 0 && !force)
            {
                throw new CliException(ExitCode.Failed, new CliError(
                    "nothing was written",
                    $"these are there and say something else: {string.Join(", ", changed.Select(file => file.Path))}",
                    "--force writes over them; changes of your own are safer in an overlay of kustomize")
                { Code = "would-overwrite" });
            }

            Directory.CreateDirectory(folder);
            foreach (var (name, text) in files)
            {
                File.WriteAllText(Path.Combine(folder, name), text);
                terminal.Line($"  {Path.GetRelativePath(Environment.CurrentDirectory, Path.Combine(folder, name))}");
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCode.Failed, new CliError($"cannot write to {folder}", exception.Message) { Code = "file-unwritable" });
        }
    }

    private static void Warn(KubernetesApplication application, Terminal terminal)
    {
        foreach (var (key, path) in application.OutsideFolders)
        {
            terminal.Warning(new CliError(
                $"{key} is {path} in the image, outside of the project", $"an image gets the project's folder as {ImageProject.Folder}, and nothing from beside it",
                $"copy the folder to {path} when the image is made, or move it into the project")
            { Code = "deploy-folder" });
        }
    }

    private static void TellWhatIsNext(string folder, KubernetesApplication application, Terminal terminal)
    {
        terminal.Line();
        if (application.Secrets.Lines is { Count: > 0 } secrets)
        {
            terminal.Line("Secrets that must be there first:");
            foreach (var secret in secrets)
            {
                terminal.Line($"  {Terminal.Printable(secret)}");
            }

            terminal.Line();
        }

        terminal.Line("Next:");
        terminal.Line($"  kubectl apply -k {Path.GetRelativePath(Environment.CurrentDirectory, folder)}");
    }
}
