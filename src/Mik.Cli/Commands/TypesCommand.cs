using System.CommandLine;
using System.Text;
using System.Text.Json;
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
            "Write declarations for editors: mik-sdk, the names of handlers in host.call, and of [env]",
            ("mik types", $"Writes {FileName}, mik-sdk.d.ts and mik-test.d.ts into the scripts folder"));
        command.SetAction(parsed =>
        {
            var terminal = new Terminal(parsed.GetValue(GlobalOptions.NoColour));
            var project = ProjectFile.Require(parsed.GetValue(GlobalOptions.Config), terminal);
            var names = Names(project);
            if (project.Server.Scripts is null
                && (File.Exists(Path.Combine(project.Folder, "tsconfig.json")) || !Directory.Exists(Path.Combine(project.Folder, "scripts"))))
            {
                var env = new FileInfo(Path.Combine(project.Folder, FileName));
                ComponentFile.Write(env, Encoding.UTF8.GetBytes(EnvironmentOf(project)));
                terminal.Line($"Wrote {Path.GetRelativePath(Environment.CurrentDirectory, env.FullName)}");
                return ExitCode.Fine;
            }

            var folder = project.Server.Scripts ?? Path.Combine(project.Folder, "scripts");
            var file = new FileInfo(Path.Combine(folder, FileName));
            ComponentFile.Write(file, Encoding.UTF8.GetBytes(Declarations(names, project)));
            ComponentFile.Write(new FileInfo(Path.Combine(folder, "mik-sdk.d.ts")), Encoding.UTF8.GetBytes(SdkTypes.Modules()));
            ComponentFile.Write(new FileInfo(Path.Combine(folder, "mik-test.d.ts")), Encoding.UTF8.GetBytes(SdkTypes.Globals()));
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

    /// <summary>What the handler of a component gets as its environment.</summary>
    private static string EnvironmentOf(MikConfiguration project) =>
        $"// Written by `mik types`: what [env] of mik.toml names.\ninterface Env {{\n{Members(project)}  readonly [name: string]: string;\n}}\n";

    private static string Declarations(IEnumerable<string> names, MikConfiguration project)
    {
        var text = new StringBuilder(
            "// Written by `mik types`: the handlers of this project, and its [env].\nimport \"mik-sdk\";\n\ndeclare module \"mik-sdk\" {\n  interface "
                + "Handlers {\n");
        foreach (var name in names)
        {
            text.Append("    \"").Append(name).Append("\": unknown;\n");
        }

        return text.Append("  }\n\n  interface Environment {\n").Append(Members(project)).Append("  }\n}\n").ToString();
    }

    private static string Members(MikConfiguration project) =>
        string.Concat(project.Environment.Select(variable => $"  readonly {JsonSerializer.Serialize(variable.Name)}: string;\n"));
}
