using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using Mik.Packages.Remote;

namespace Mik.Packages.Git;

/// <summary>
/// Runs <c>git</c>. It never asks questions, runs no hooks, and speaks only protocols that run no programs (<c>ext::</c> would).
/// </summary>
internal static class GitProgram
{
    private static readonly (string Name, string Value)[] Environment =
    [
        ("GIT_TERMINAL_PROMPT", "0"),
        ("GIT_ALLOW_PROTOCOL", "https:http:ssh:git:file"),
        ("GIT_NO_REPLACE_OBJECTS", "1"),
        ("GIT_LFS_SKIP_SMUDGE", "1"),
        ("LC_ALL", "C"),
    ];

    private static readonly string[] NotInherited =
        ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_NAMESPACE"];

    private static readonly string[] Settings =
    [
        "-c", "core.hooksPath=/dev/null",
        "-c", "core.fsmonitor=false",
        "-c", "gc.auto=0",
        "-c", "http.lowSpeedLimit=1",
        "-c", "http.lowSpeedTime=60",
        "-c", "safe.bareRepository=all",
    ];

    /// <summary>Runs git and takes its output.</summary>
    /// <param name="repository">The bare repository that it works in; null is none.</param>
    /// <param name="arguments">What it is told.</param>
    /// <param name="limit">Output that is taken at most, in bytes.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="GitException">It failed.</exception>
    /// <exception cref="PackageException">There is no git.</exception>
    public static async Task<byte[]> RunAsync(string? repository, IEnumerable<string> arguments, long limit, CancellationToken cancellationToken)
    {
        using var process = new Process { StartInfo = Prepare(repository, arguments) };
        try
        {
            process.Start();
        }
        catch (Win32Exception exception)
        {
            throw new PackageException(
                "cannot run git", "a dependency comes from a git repository, and there is no git on the PATH",
                "install git (Debian: apt-get install git; macOS: xcode-select --install; Windows: winget install Git.Git)",
                exception)
            { Code = "git-missing" };
        }

        try
        {
            process.StandardInput.Close();
            var errors = process.StandardError.ReadToEndAsync(cancellationToken);
            var output = await ReadAsync(process.StandardOutput.BaseStream, limit, cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return process.ExitCode == 0 ? output : throw new GitException(Reason(await errors), process.ExitCode);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    /// <summary>Runs git and takes its output as text.</summary>
    public static async Task<string> RunTextAsync(string? repository, IEnumerable<string> arguments, CancellationToken cancellationToken) =>
        Encoding.UTF8.GetString(await RunAsync(repository, arguments, PackageLimits.ManifestBytes * 4L, cancellationToken));

    private static ProcessStartInfo Prepare(string? repository, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("git", [.. Settings, .. repository is null ? Array.Empty<string>() : [$"--git-dir={repository}"], .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in NotInherited)
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in Environment)
        {
            start.Environment[name] = value;
        }

        start.Environment.TryAdd("GIT_SSH_COMMAND", "ssh -o BatchMode=yes");
        return start;
    }

    private static async Task<byte[]> ReadAsync(Stream stream, long limit, CancellationToken cancellationToken)
    {
        using var output = new MemoryStream();
        var buffer = new byte[64 << 10];
        while (await stream.ReadAsync(buffer, cancellationToken) is > 0 and var read)
        {
            if (output.Length + read > limit)
            {
                throw new PackageException("git gave too much", $"mik takes at most {limit} bytes of this") { Code = "git-failed" };
            }

            output.Write(buffer, 0, read);
        }

        return output.ToArray();
    }

    /// <summary>The lines of git's that say what went wrong, without URLs' passwords.</summary>
    private static string Reason(string errors)
    {
        var lines = errors.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var telling = lines.Where(
            line => line.StartsWith("fatal:", StringComparison.Ordinal) || line.StartsWith("error:", StringComparison.Ordinal)
                || line.StartsWith("remote:", StringComparison.Ordinal)).ToArray();
        return RemoteText.Clean(GitUrl.WithoutSecrets(string.Join("; ", telling.Length > 0 ? telling : lines.TakeLast(1))));
    }
}

/// <summary>git failed.</summary>
/// <param name="reason">What it said.</param>
/// <param name="exitCode">Its exit code.</param>
internal sealed class GitException(string reason, int exitCode) : Exception(
    reason.Length > 0 ? reason : FormattableString.Invariant($"git ended with exit code {exitCode}"));
