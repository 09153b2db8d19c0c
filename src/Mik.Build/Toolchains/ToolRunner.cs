using System.ComponentModel;
using System.Diagnostics;

namespace Mik.Build.Toolchains;

/// <summary>Runs the programs of a build; what they print goes where mik's own output goes, as it comes.</summary>
internal static class ToolRunner
{
    /// <summary>Whether a program is on the PATH.</summary>
    public static bool IsThere(string program)
    {
        string[] suffixes = OperatingSystem.IsWindows() ? [".exe", ".cmd", ".bat"] : [""];
        return (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Any(folder => suffixes.Any(suffix => File.Exists(Path.Combine(folder, program + suffix))));
    }

    /// <summary>Runs a program to its end; gives its exit code.</summary>
    /// <param name="step">The command.</param>
    /// <param name="folder">Where.</param>
    /// <param name="toErrors">Whether its output goes to stderr, because stdout is for a machine.</param>
    /// <param name="cancellationToken">Kills it.</param>
    /// <exception cref="BuildException">It cannot be started.</exception>
    public static async Task<int> RunAsync(BuildStep step, string folder, bool toErrors, CancellationToken cancellationToken)
    {
        var start = OperatingSystem.IsWindows()
            ? new ProcessStartInfo("cmd.exe", ["/c", step.Program, .. step.Arguments])
            : new ProcessStartInfo(step.Program, step.Arguments);
        start.WorkingDirectory = folder;
        start.UseShellExecute = false;
        start.RedirectStandardOutput = toErrors;
        using var process = new Process { StartInfo = start };
        try
        {
            process.Start();
        }
        catch (Win32Exception exception)
        {
            throw new BuildException($"'{step}' cannot be started", exception.Message) { Code = "tool-missing" };
        }

        try
        {
            if (toErrors)
            {
                await process.StandardOutput.BaseStream.CopyToAsync(Console.OpenStandardError(), cancellationToken);
            }

            await process.WaitForExitAsync(cancellationToken);
            return process.ExitCode;
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    /// <summary>Runs a program to its end; gives what it printed when it failed, else nothing.</summary>
    /// <param name="step">The command.</param>
    /// <param name="folder">Where.</param>
    /// <param name="cancellationToken">Kills it.</param>
    /// <exception cref="BuildException">It cannot be started.</exception>
    public static async Task<string> ReadAsync(BuildStep step, string folder, CancellationToken cancellationToken)
    {
        using var process = new Process
        {
            StartInfo = new ProcessStartInfo(step.Program, step.Arguments)
            {
                WorkingDirectory = folder,
                UseShellExecute = false,
                RedirectStandardOutput = true
            }
        };
        try
        {
            process.Start();
        }
        catch (Win32Exception exception)
        {
            throw new BuildException($"'{step}' cannot be started", exception.Message) { Code = "tool-missing" };
        }

        try
        {
            var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return process.ExitCode == 0 ? "" : output.TrimEnd();
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }
}
