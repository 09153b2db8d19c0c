using System.ComponentModel;
using System.Diagnostics;

namespace Mik.Build.Toolchains;

/// <summary>A program that stays between the builds of a project that is developed: starting it takes longer than what it does.</summary>
internal sealed class StayingTool : IDisposable
{
    private Process? _process;

    /// <inheritdoc/>
    public void Dispose() => End();

    /// <summary>Runs a step that can stay; gives its exit code, 0 when it stays.</summary>
    /// <exception cref="BuildException">It cannot be started.</exception>
    public async Task<int> RunAsync(BuildStep step, string folder, CancellationToken cancellationToken)
    {
        if (!await AskAsync(cancellationToken))
        {
            End();
            _process = Start(step, folder);
        }

        try
        {
            if (await _process!.StandardOutput.ReadLineAsync(cancellationToken) is not null)
            {
                return 0;
            }

            await _process.WaitForExitAsync(cancellationToken);
            return _process.ExitCode;
        }
        catch (OperationCanceledException)
        {
            End();
            throw;
        }
    }

    /// <summary>Ends the program, when what it was started with is no longer so.</summary>
    public void End()
    {
        if (_process is { HasExited: false })
        {
            _process.Kill(entireProcessTree: true);
        }

        _process?.Dispose();
        _process = null;
    }

    private async Task<bool> AskAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (_process is not { HasExited: false } process)
            {
                return false;
            }

            await process.StandardInput.WriteLineAsync();
            await process.StandardInput.FlushAsync(cancellationToken);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static Process Start(BuildStep step, string folder)
    {
        var process = new Process
        {
            StartInfo = new ProcessStartInfo(step.Program, [.. step.Arguments, "--keep"])
            {
                WorkingDirectory = folder,
                UseShellExecute = false,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            },
        };
        try
        {
            process.Start();
            return process;
        }
        catch (Win32Exception exception)
        {
            process.Dispose();
            throw new BuildException($"'{step.Program}' cannot be started", exception.Message) { Code = "tool-missing" };
        }
    }
}
