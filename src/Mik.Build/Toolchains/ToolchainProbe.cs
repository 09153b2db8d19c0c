using System.ComponentModel;
using System.Diagnostics;

namespace Mik.Build.Toolchains;

/// <summary>A tiny build by which a toolchain shows that it works: a compiler that is there may lack its linker or its target.</summary>
/// <param name="Program">What is run, in a folder of its own.</param>
/// <param name="Arguments">Its arguments.</param>
/// <param name="Output">The file that it must write; empty when it only has to end well.</param>
/// <param name="Remedy">What to do when it fails.</param>
internal sealed record ToolchainProbe(string Program, string[] Arguments, string Output, string Remedy)
{
    private const int ShownOutput = 300;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>The sources.</summary>
    public IReadOnlyList<(string Name, string Text)> Files { get; init; } = [];

    /// <summary>A command that mends what most often is missing; null when there is none that does no harm.</summary>
    public BuildStep? Fix { get; init; }

    /// <summary>Whether the program is there at all.</summary>
    public bool IsThere => ToolRunner.IsThere(Program);

    /// <summary>Builds; gives what is wrong, or null.</summary>
    public async Task<string?> FindFaultAsync(CancellationToken cancellationToken)
    {
        if (!IsThere)
        {
            return $"there is no {Program} on the PATH";
        }

        var folder = Directory.CreateTempSubdirectory("mik-probe-");
        try
        {
            foreach (var (name, text) in Files)
            {
                await File.WriteAllTextAsync(Path.Combine(folder.FullName, name), text, cancellationToken);
            }

            var (exitCode, said) = await RunAsync(new BuildStep(Program, Arguments), folder.FullName, cancellationToken);
            return exitCode != 0 ? $"a tiny build failed: {said}"
                : Output.Length > 0 && !File.Exists(Path.Combine(folder.FullName, Output)) ? "a tiny build ended well and wrote nothing"
                : null;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Runs the command that mends; gives what it said, or null when it ended well.</summary>
    public async Task<string?> MendAsync(CancellationToken cancellationToken)
    {
        var (exitCode, said) = await RunAsync(Fix!, Path.GetTempPath(), cancellationToken);
        return exitCode == 0 ? null : said;
    }

    private static async Task<(int ExitCode, string Said)> RunAsync(BuildStep step, string folder, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        var start = OperatingSystem.IsWindows()
            ? new ProcessStartInfo("cmd.exe", ["/c", step.Program, .. step.Arguments]) : new ProcessStartInfo(step.Program, step.Arguments);
        start.WorkingDirectory = folder;
        start.UseShellExecute = false;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        using var process = new Process { StartInfo = start };
        try
        {
            process.Start();
            var (output, errors) = (process.StandardOutput.ReadToEndAsync(limit.Token), process.StandardError.ReadToEndAsync(limit.Token));
            await process.WaitForExitAsync(limit.Token);
            return (process.ExitCode, Shown(await errors + await output));
        }
        catch (Win32Exception exception)
        {
            return (-1, exception.Message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            process.Kill(entireProcessTree: true);
            return (-1, $"it took longer than {Limit.TotalSeconds:0} s");
        }
    }

    private static string Shown(string said)
    {
        var text = string.Join(' ', said.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
        return text.Length > ShownOutput ? text[..ShownOutput] + "…" : text;
    }
}
