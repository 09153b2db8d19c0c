using System.CommandLine;
using Mik.Build.Templates;
using Mik.Build.Toolchains;
using Mik.Cli.Options;
using Mik.Cli.Output;
using Mik.Configuration.Model;

namespace Mik.Cli.Commands;

/// <summary><c>mik new NAME</c>: writes a small project.</summary>
internal static class NewCommand
{
    /// <summary>Builds the verb.</summary>
    public static Command Create()
    {
        var name = new Argument<string>("NAME") { Description = "Name of the project, and of the folder that is made" };
        var language = new Option<string>("--lang", "-l") { Description = "Language of the component", DefaultValueFactory = _ => "js" };
        language.AcceptOnlyFromAmong([.. ProjectTemplate.Languages]);
        var command = new Verb(
            "new",
            "Make a project with a component that answers",
            ("mik new api", "A project in JavaScript, in the folder api"),
            ("mik new api --lang c", "One in C"))
        {
            name, language,
        };
        command.SetAction(parsed =>
        {
            Write(parsed.GetRequiredValue(name), parsed.GetRequiredValue(language), new Terminal(parsed.GetValue(GlobalOptions.NoColour)));
            return ExitCode.Fine;
        });
        return command;
    }

    private static void Write(string path, string language, Terminal terminal)
    {
        var folder = Path.GetFullPath(path);
        var name = Path.GetFileName(folder);
        if (!ProjectName.IsLegal(name))
        {
            throw new CliException(ExitCode.Usage, new CliError($"'{name}' cannot be the name of a project", $"it must be {ProjectName.Rule}", "mik new my-service"));
        }

        try
        {
            foreach (var file in ProjectTemplate.Write(folder, name, language))
            {
                terminal.Line($"  {Path.Combine(path, file)}");
            }
        }
        catch (BuildException exception)
        {
            throw new CliException(ExitCode.Failed, new CliError(exception.What, exception.Why, exception.Next));
        }

        terminal.Line();
        terminal.Line("Next:");
        terminal.Line($"  cd {path}");
        terminal.Line("  mik build");
        terminal.Line("  mik run");
        terminal.Line($"  curl http://127.0.0.1:3000/run/{name}/");
    }
}
