using System.Globalization;
using Mik.Cli.Output;
using Mik.Configuration.Model;
using Mik.Configuration.Reading;
using Mik.Wasi.Http.Egress;

namespace Mik.Cli.Projects;

/// <summary>Finds and reads <c>mik.toml</c> for a command; tells all that is wrong with it.</summary>
internal static class ProjectFile
{
    /// <summary>
    /// The project that a command is about: the file of <c>--config</c>, or the nearest from the current folder upwards. Null when there is none.
    /// </summary>
    /// <exception cref="CliException">It cannot be read or has errors.</exception>
    public static MikConfiguration? Find(FileInfo? config, Terminal terminal)
    {
        var path = config?.FullName ?? MikConfiguration.Find(Environment.CurrentDirectory);
        return path is null ? null : Load(path, terminal);
    }

    /// <summary>Like <see cref="Find"/>, for commands that need a project.</summary>
    /// <exception cref="CliException">There is none, it cannot be read, or it has errors.</exception>
    public static MikConfiguration Require(FileInfo? config, Terminal terminal) => Find(config, terminal)
        ?? throw new CliException(ExitCode.Failed, new CliError(
            "there is no project here",
            $"neither {Environment.CurrentDirectory} nor a folder above it has a {MikConfiguration.FileName}",
            "mik new NAME makes a project; --config PATH names one elsewhere")
        { Code = "no-project" });

    /// <summary>Reads a file; prints its warnings.</summary>
    /// <exception cref="CliException">It cannot be read or has errors.</exception>
    public static MikConfiguration Load(string path, Terminal terminal)
    {
        var result = Read(path);
        foreach (var warning in result.Problems.Where(problem => !problem.IsError))
        {
            terminal.Warning(ToError(warning));
        }

        return result.Configuration
            ?? throw new CliException(ExitCode.Failed, [.. result.Problems.Where(problem => problem.IsError).Select(ToError)]);
    }

    /// <summary>For commands that serve the folders that a project names: they must be there.</summary>
    /// <exception cref="CliException">Some are not.</exception>
    public static void RequireFolders(MikConfiguration project)
    {
        if (project.MissingFolders() is { Count: > 0 } missing)
        {
            throw new CliException(ExitCode.Failed, [.. missing.Select(ToError)]);
        }
    }

    /// <summary>A problem as it is printed.</summary>
    public static CliError ToError(ConfigurationProblem problem)
    {
        var line = problem.Position.Line.ToString(CultureInfo.InvariantCulture);
        var text = string.Concat(problem.LineText.Select(character => char.IsControl(character) ? ' ' : character));
        var excerpt = problem.LineText.Length == 0
            ? null
            : $"{line} | {text}\n{new string(' ', line.Length)} | {new string(' ', problem.Position.Column - 1)}{new string('^', problem.Length)}";
        return new CliError(
            string.Create(
                CultureInfo.InvariantCulture, $"{Shown(problem.File)}:{line}:{problem.Position.Column}: "
                    + $"{problem.Message}"))
        { Code = problem.Code, Excerpt = excerpt };
    }

    private static ConfigurationResult Read(string path)
    {
        try
        {
            return MikConfiguration.Load(path, WrongHost);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCode.Failed, exception is FileNotFoundException or DirectoryNotFoundException
                ? new CliError($"cannot read {Shown(path)}", "there is no such file", "mik new NAME makes a project with one") { Code = "file-not-found" }
                : Directory.Exists(path) ? new CliError($"cannot read {Shown(path)}", "it is a folder", "name the mik.toml in it") { Code = "file-unreadable" }
                : new CliError($"cannot read {Shown(path)}", exception.Message) { Code = "file-unreadable" });
        }
    }

    private static string? WrongHost(string entry)
    {
        try
        {
            _ = EgressPolicy.Parse([entry]);
            return null;
        }
        catch (FormatException exception)
        {
            return exception.Message;
        }
    }

    /// <summary>A path as people would write it here: relative when it is below the current folder.</summary>
    private static string Shown(string path)
    {
        var relative = Path.GetRelativePath(Environment.CurrentDirectory, path);
        return relative.StartsWith("..", StringComparison.Ordinal) ? path : relative;
    }
}
