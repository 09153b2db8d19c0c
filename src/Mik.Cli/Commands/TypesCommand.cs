using System.CommandLine;
using System.Text;
using Mik.Cli.Options;
using Mik.Cli.Output;
using Mik.Cli.Projects;
using Mik.Configuration.Model;

namespace Mik.Cli.Commands;

/// <summary><c>mik types</c>: declarations by which an editor completes the names of the project's handlers.</summary>
internal static class TypesCommand
{
    private const string FileName = "mik-env.d.ts";

    /// <summary>Builds the verb.</summary>
    public static Command Create()
    {
        var command = new Verb(
            "types",
            "Write declarations so that editors complete the names of handlers in host.call",
            ("mik types", $"Writes {FileName} into the scripts folder"));
        command.SetAction(parsed =>
        {
            var terminal = new Terminal(parsed.GetValue(GlobalOptions.NoColour));
            var project = ProjectFile.Require(parsed.GetValue(GlobalOptions.Config), terminal);
            var file = new FileInfo(Path.Combine(project.Server.Scripts ?? Path.Combine(project.Folder, "scripts"), FileName));
            var names = Names(project);
            ComponentFile.Write(file, Encoding.UTF8.GetBytes(Declarations(names)));
            terminal.Line($"Wrote {Path.GetRelativePath(Environment.CurrentDirectory, file.FullName)} ({names.Count} handlers)");
            return ExitCode.Fine;
        });
        return command;
    }

    private static List<string> Names(MikConfiguration project)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal) { };
        var modules = project.Server.Modules;
        string[] files = Directory.Exists(modules) ? Directory.GetFiles(modules, "*.wasm") : File.Exists(modules) ? [modules] : [];
        foreach (var stem in files.Select(Path.GetFileNameWithoutExtension).OfType<string>())
        {
            names.Add(stem.EndsWith(ProjectModules.ComposedSuffix, StringComparison.Ordinal) ? stem[..^ProjectModules.ComposedSuffix.Length] : stem);
        }

        if (ProjectModules.Built(project) is { } built)
        {
            names.Add(built.Name);
        }

        return [.. names];
    }

    private static string Declarations(IEnumerable<string> names)
    {
        var text = new StringBuilder("// Written by `mik types`: the handlers of this project.\nimport \"mik-sdk\";\n\ndeclare module \"mik-sdk\" {\n  interface Handlers {\n");
        foreach (var name in names)
        {
            text.Append("    \"").Append(name).Append("\": unknown;\n");
        }

        return text.Append("  }\n}\n").ToString();
    }
}
