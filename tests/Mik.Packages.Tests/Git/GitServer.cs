using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Mik.Packages.Tests.Git;

/// <summary>A git repository in a folder, with commits of the test.</summary>
internal sealed class GitServer : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public GitServer()
    {
        Run("init", "-q", "--initial-branch=main");
        Run("config", "user.name", "test");
        Run("config", "user.email", "test@example.org");
        Run("config", "commit.gpgsign", "false");
    }

    public static bool IsThere { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(
        folder => File.Exists(Path.Combine(folder, OperatingSystem.IsWindows() ? "git.exe" : "git")));

    public string Folder => _folder.Path;

    public string Url => new Uri(_folder.Path).AbsoluteUri;

    public string Commit(string file, byte[] bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder[file])!);
        File.WriteAllBytes(_folder[file], bytes);
        Run("add", "-A");
        Run("commit", "-q", "-m", "a commit");
        return Run("rev-parse", "HEAD");
    }

    public string Run(params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo("git", arguments) { WorkingDirectory = _folder.Path, RedirectStandardOutput = true, UseShellExecute = false })!;
        var output = process.StandardOutput.ReadToEnd().Trim();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return output;
    }

    public void Dispose() => _folder.Dispose();
}

/// <summary>A test with git; skipped, with a word, where there is none.</summary>
internal sealed class GitFactAttribute : FactAttribute
{
    public GitFactAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
        : base(file, line) => Skip = GitServer.IsThere ? null : "no git on the PATH";
}
