using System.CommandLine;
using System.Text.Json;
using Mik.Cli.Options;
using Mik.Cli.Output;
using Mik.Cli.Packages;
using Mik.Cli.Projects;
using Mik.Configuration.Model;
using Mik.Packages.Oci;
using Mik.Packages.Publishing;

namespace Mik.Cli.Commands;

/// <summary><c>mik publish REF [FILE]</c>: pushes a component to a registry.</summary>
internal static class PublishCommand
{
    /// <summary>Builds the verb.</summary>
    public static Command Create()
    {
        var target =
            new Argument<string>("REF") { Description = "user/repo[:version] of ghcr.io, or host/user/repo[:version]; without a version it is the project's" };
        var file = new Argument<FileInfo?>("FILE") { Arity = ArgumentArity.ZeroOrOne, Description = "The component [default: the one that mik build wrote]" };
        var force = new Option<bool>("--force") { Description = "Replace a version that is there already" };
        var annotations = new Option<string[]>("--annotation",
            "-a")
        {
            Description =
                "Annotation of the manifest; may be repeated, and goes before what the project and the component say",
            HelpName = "KEY=VALUE"
        };
        var json = new Option<bool>("--json") { Description = "Tell the result as JSON" };
        var command = new Verb(
            "publish",
            "Push a component to a registry, in the layout that all WebAssembly tools read",
            ("mik publish myorg/router:1.0.0", "The project's component, to ghcr.io; log in first with docker login ghcr.io"),
            ("mik publish localhost:5000/myorg/router:1.0.0 router.wasm", "A file, to another registry"),
            ("mik publish myorg/router:1.0.0 -a org.opencontainers.image.licenses=MIT", "With an annotation of your own"))
        {
            target, file, annotations, force, json,
        };
        command.SetAction((parsed, cancellationToken) =>
        {
            var terminal = new Terminal(parsed.GetValue(GlobalOptions.NoColour));
            var project = ProjectFile.Find(parsed.GetValue(GlobalOptions.Config), terminal);
            var reference = Reference(parsed.GetRequiredValue(target), project);
            var component = parsed.GetValue(file)?.FullName ?? Built(project);
            var all = Annotations.Merge(OfUser(parsed.GetValue(annotations) ?? []), OfProject(parsed.GetValue(file) is null ? project : null));
            return PackageVerb.RunAsync(
                terminal,
                async (session, token) =>
                {
                    var published = await new ComponentPublisher(session).PublishAsync(reference, component, all, parsed.GetValue(force), token);
                    terminal.Line(parsed.GetValue(json)
                        ? JsonSerializer.Serialize(
                            new
                            {
                                reference = reference.ToString(),
                                manifest = published.Manifest.ToString(),
                                digest = published.Component.ToString(),
                                size = published.Size,
                                unchanged = published.WasThere
                            }, ReportOutput.Json)
                        : published.WasThere
                        ? $"{reference} has this component already ({published.Manifest}); nothing was pushed"
                        : $"published {reference} ({published.Manifest}, {DownloadProgress.Bytes(published.Size)})");
                    return ExitCode.Fine;
                },
                cancellationToken);
        });
        return command;
    }

    private static OciReference Reference(string text, MikConfiguration? project)
    {
        try
        {
            var reference = OciReference.Parse(text);
            return reference.Digest is not null ? throw new FormatException($"'{text}' has a digest; what is pushed gets its own")
                : reference.Tag is not null ? reference
                : project is not null ? reference.WithTag(project.Version.Replace('+', '_'))
                : throw new FormatException($"'{text}' has no version, and there is no project that could give one");
        }
        catch (FormatException exception)
        {
            throw new CliException(ExitCode.Usage, new CliError(exception.Message, Next: "mik publish user/repo:1.0.0") { Code = "reference-invalid" });
        }
    }

    private static string Built(MikConfiguration? project)
    {
        if (project is null)
        {
            throw new CliException(
                ExitCode.Usage,
                new CliError(
                    "there is nothing to publish", "no file was named, and there is no project here",
                    "mik publish user/repo:1.0.0 component.wasm")
                { Code = "nothing-to-publish" });
        }

        var plain = new FileInfo(Path.Combine(project.Folder, ProjectModules.OutputFolder, $"{project.Name}.wasm"));
        var composed = new FileInfo(Path.Combine(project.Folder, ProjectModules.OutputFolder, $"{project.Name}{ProjectModules.ComposedSuffix}.wasm"));
        var built = composed.Exists && (!plain.Exists || composed.LastWriteTimeUtc >= plain.LastWriteTimeUtc) ? composed : plain;
        return built.Exists
            ? built.FullName
            : throw new CliException(
                ExitCode.Failed, new CliError("there is nothing to publish", $"there is no {plain.FullName}", "mik build") { Code = "nothing-to-publish" });
    }

    private static KeyValuePair<string, string>[] OfUser(string[] annotations)
    {
        try
        {
            return Array.ConvertAll(annotations, Annotations.Parse);
        }
        catch (FormatException exception)
        {
            throw new CliException(ExitCode.Usage, new CliError(exception.Message, Next: "mik publish --help") { Code = "invalid-option" });
        }
    }

    private static IEnumerable<KeyValuePair<string, string>> OfProject(MikConfiguration? project)
    {
        if (project is not null)
        {
            yield return new(Annotations.Version, project.Version);
        }

        if (project?.Description is { } description)
        {
            yield return new(Annotations.Description, description);
        }
    }
}
