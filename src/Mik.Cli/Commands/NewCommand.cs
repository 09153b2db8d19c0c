using System.CommandLine;
using Mik.Build.Templates;
using Mik.Build.Toolchains;
using Mik.Cli.Options;
using Mik.Cli.Output;
using Mik.Configuration.Model;
using Mik.Server.Paths;

namespace Mik.Cli.Commands;

/// <summary><c>mik new NAME</c> and <c>mik init</c>: write a small project, into a folder of its own or into this one.</summary>
internal sealed class NewCommand
{
    private readonly Option<string> _language = new("--lang", "-l") { Description = "Language", DefaultValueFactory = _ => "js" };
    private readonly Option<string> _template =
        new("--template", "-t") { Description = "What to begin with", DefaultValueFactory = _ => ProjectTemplate.Default };

    private NewCommand()
    {
        _language.AcceptOnlyFromAmong([.. ProjectTemplate.Languages]);
        _template.AcceptOnlyFromAmong([.. ProjectTemplate.Languages.SelectMany(ProjectTemplate.Templates).Distinct()]);
    }

    /// <summary>Builds <c>mik new</c>.</summary>
    public static Command Create()
    {
        var flags = new NewCommand();
        var name = new Argument<string>("NAME") { Description = "Name of the project, and of the folder that is made" };
        var command = new Verb(
            "new",
            "Make a project that answers, in a folder of its own",
            ("mik new api", "A project in JavaScript, in the folder api"),
            ("mik new api --lang ts --template api", "One in TypeScript, with routes, JSON and checked bodies"),
            ("mik new edge --template proxy", "One that passes requests on"),
            ("mik new shop --template scripts", "Scripts with tests: nothing to build"),
            ("mik new api --lang c", "One in C"))
        {
            name, flags._language, flags._template,
        };
        command.SetAction(parsed =>
        {
            var path = parsed.GetRequiredValue(name);
            if (path.Length == 0)
            {
                RequireName(path);
            }

            var folder = Path.GetFullPath(path);
            flags.Write(parsed, folder, path, ProjectTemplate.Write);
            return ExitCode.Fine;
        });
        return command;
    }

    /// <summary>Builds <c>mik init</c>.</summary>
    public static Command CreateInit()
    {
        var flags = new NewCommand();
        var name = new Option<string?>("--name") { Description = "Name of the project [default: that of the folder]", HelpName = "NAME" };
        var command = new Verb(
            "init",
            "Make this folder a project; files that are there are left alone",
            ("mik init", "A project in JavaScript, named like the folder"),
            ("mik init --lang ts --name api", "One in TypeScript, named api"))
        {
            name, flags._language, flags._template,
        };
        command.SetAction(parsed =>
        {
            var folder = Environment.CurrentDirectory;
            flags.Write(
                parsed, Path.Combine(Path.GetDirectoryName(folder) ?? folder, parsed.GetValue(name) ?? Path.GetFileName(folder)), null,
                (_, project, language, template) => ProjectTemplate.WriteBeside(folder, project, language, template));
            return ExitCode.Fine;
        });
        return command;
    }

    private void Write(ParseResult parsed, string folder, string? path, Func<string, string, string, string, IReadOnlyList<string>> write)
    {
        var terminal = new Terminal(parsed.GetValue(GlobalOptions.NoColour));
        var (language, template) = (parsed.GetRequiredValue(_language), parsed.GetRequiredValue(_template));
        var name = Path.GetFileName(folder);
        RequireName(name);
        if (!ProjectTemplate.Templates(language).Contains(template))
        {
            var languages = ProjectTemplate.Languages.Where(other => ProjectTemplate.Templates(other).Contains(template));
            throw new CliException(ExitCode.Usage, new CliError(
                $"there is no template '{template}' for {language}", $"it has {string.Join(", ", ProjectTemplate.Templates(language))}",
                $"--lang {string.Join(" or --lang ", languages)}")
            { Code = "unknown-template" });
        }

        try
        {
            foreach (var file in write(folder, name, language, template))
            {
                terminal.Line($"  {(path is null ? file : Path.Combine(path, file))}");
            }
        }
        catch (BuildException exception)
        {
            throw new CliException(ExitCode.Failed, new CliError(exception.What, exception.Why, exception.Next) { Code = exception.Code });
        }

        terminal.Line();
        terminal.Line("Next:");
        foreach (var line in Next(name, path, template))
        {
            terminal.Line($"  {line}");
        }
    }

    private static void RequireName(string name)
    {
        if (!ProjectName.IsLegal(name) || !ModuleName.IsLegal(name))
        {
            throw new CliException(ExitCode.Usage, new CliError(
                $"'{name}' cannot be the name of a project",
                ProjectName.IsLegal(name) ? "it is the name of a device" : $"it must be {ProjectName.Rule}",
                "mik new my-service")
            { Code = "invalid-project-name" });
        }
    }

    private static IEnumerable<string> Next(string name, string? path, string template)
    {
        string[] change = path is null ? [] : [$"cd {path}"];
        return ProjectTemplate.HasComponent(template)
            ? [.. change, "mik build", "mik run", $"curl http://127.0.0.1:3000/run/{name}/"]
            : [.. change, "mik test", "mik run", "curl \"http://127.0.0.1:3000/script/hello?name=Ada\""];
    }
}
