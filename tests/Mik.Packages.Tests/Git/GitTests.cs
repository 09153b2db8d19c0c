using Microsoft.AspNetCore.Http;
using Mik.Packages.Install;
using Mik.Packages.Remote;
using Mik.Packages.Tests.Install;
using Mik.Packages.Tests.Registry;
using Mik.Testing;

namespace Mik.Packages.Tests.Git;

/// <summary>Dependencies of git repositories, over files and over HTTP.</summary>
public sealed class GitTests : IDisposable
{
    private readonly TestProject _project = new();
    private readonly GitServer? _git = GitServer.IsThere ? new GitServer() : null;

    public void Dispose()
    {
        _git?.Dispose();
        _project.Dispose();
    }

    [GitFact]
    public async Task Git_AllForms_AreFetchedAndLocked()
    {
        var tagged = _git!.Commit("dist/router.wasm", Guests.Read("hello"));
        _git.Run("tag", "-a", "v1.0.0", "-m", "one");
        _git.Run("checkout", "-q", "-b", "next");
        var next = _git.Commit("dist/router.wasm", Guests.Read("env"));
        _git.Run("checkout", "-q", "main");
        var main = _git.Commit("dist/router.wasm", Guests.Read("echo"));
        _project.Write(
            $"router = {{ git = \"{_git.Url}\" }}",
            $"router-branch = {{ git = \"{_git.Url}\", branch = \"next\" }}",
            $"router-tag = {{ git = \"{_git.Url}\", tag = \"v1.0.0\" }}",
            $"router-rev = {{ git = \"{_git.Url}\", rev = \"{tagged[..10]}\" }}",
            $"router-full = {{ git = \"{_git.Url}\", rev = \"{tagged}\" }}");

        await _project.SyncAsync();

        Assert.Equal(
            (main, next, tagged), (_project.Locked("router").Resolved, _project.Locked("router-branch").Resolved, _project.Locked("router-tag").Resolved));
        Assert.Equal((tagged, tagged), (_project.Locked("router-rev").Resolved, _project.Locked("router-full").Resolved));
        Assert.Equal(
            ("branch:next", "tag:v1.0.0", (string?)null),
            (_project.Locked("router-branch").Requested, _project.Locked("router-tag").Requested, _project.Locked("router").Requested));
        Assert.Equal(Guests.Read("echo"), await File.ReadAllBytesAsync(_project["modules", "router.wasm"]));
        Assert.Equal(Guests.Read("env"), await File.ReadAllBytesAsync(_project["modules", "router-branch.wasm"]));
        Assert.Equal(Guests.Read("hello"), await File.ReadAllBytesAsync(_project["modules", "router-tag.wasm"]));
    }

    [GitFact]
    public async Task Git_CommitChangedInTheLockWhileAllIsInstalled_IsDetected()
    {
        var other = _git!.Commit("router.wasm", Guests.Read("hello"));
        var locked = _git.Commit("router.wasm", Guests.Read("echo"));
        _project.Write($"router = {{ git = \"{_git.Url}\", branch = \"main\" }}");
        await _project.SyncAsync();
        _project.EditLock(locked, other);

        Assert.Contains($"resolved to {other}", (await _project.FailAsync()).Why, StringComparison.Ordinal);
    }

    [GitFact]
    public async Task Git_BranchMovesOn_SyncStaysAndUpdateFollows()
    {
        var first = _git!.Commit("router.wasm", Guests.Read("hello"));
        _project.Write($"router = {{ git = \"{_git.Url}\", branch = \"main\" }}");
        await _project.SyncAsync();
        var second = _git.Commit("router.wasm", Guests.Read("echo"));
        Directory.Delete(_project["modules"], recursive: true);
        foreach (var file in new DirectoryInfo(_project.Home).EnumerateFiles("*", SearchOption.AllDirectories))
        {
            file.IsReadOnly = false;
        }

        Directory.Delete(_project.Home, recursive: true);

        await _project.SyncAsync(new SyncOptions { Locked = true });
        Assert.Equal(first, _project.Locked("router").Resolved);
        Assert.Equal(Guests.Read("hello"), await File.ReadAllBytesAsync(_project["modules", "router.wasm"]));

        await _project.SyncAsync(new SyncOptions { Update = true });
        Assert.Equal(second, _project.Locked("router").Resolved);
        Assert.Equal(Guests.Read("echo"), await File.ReadAllBytesAsync(_project["modules", "router.wasm"]));
    }

    [GitFact]
    public async Task Git_TagMoves_IsToldWithBothCommits()
    {
        var first = _git!.Commit("router.wasm", Guests.Read("hello"));
        _git.Run("tag", "v1");
        _project.Write($"router = {{ git = \"{_git.Url}\", tag = \"v1\" }}");
        await _project.SyncAsync();
        var second = _git.Commit("router.wasm", Guests.Read("echo"));
        _git.Run("tag", "-f", "v1");
        Directory.Delete(_project["modules"], recursive: true);
        Directory.Delete(Path.Combine(_project.Home, "blobs"), recursive: true);

        var report = await _project.SyncAsync();

        var note = Assert.Single(report.Notes);
        Assert.Contains(first, note, StringComparison.Ordinal);
        Assert.Contains(second, note, StringComparison.Ordinal);
        Assert.Equal(Guests.Read("hello"), await File.ReadAllBytesAsync(_project["modules", "router.wasm"]));
    }

    [GitFact]
    public async Task Git_TagOrBranchThatIsNotThere_NamesThoseThatAre()
    {
        _git!.Commit("router.wasm", Guests.Read("hello"));
        _git.Run("tag", "v1.0.0");
        _git.Run("tag", "v1.2.0");
        foreach (var (wanted, hint) in ((string, string)[])
            [("tag = \"v1.2.1\"", "did you mean v1.2.0?"), ("tag = \"newest\"", "it has v1.0.0, v1.2.0"), ("branch = \"mian\"", "did you mean main?")])
        {
            _project.Write($"router = {{ git = \"{_git.Url}\", {wanted} }}");

            Assert.Equal(hint, (await _project.FailAsync()).Next);
        }

        // Of two that are as near, the one that begins like it.
        _git.Run("tag", "0.1.0");
        _git.Run("tag", "1.0.0");
        _project.Write($"router = {{ git = \"{_git.Url}\", tag = \"1.0\" }}");
        Assert.Equal("did you mean 1.0.0?", (await _project.FailAsync()).Next);
    }

    [GitFact]
    public async Task Git_WithoutComponent_IsExplained()
    {
        _git!.Commit("src/main.rs", "fn main() {}"u8.ToArray());
        _project.Write($"router = {{ git = \"{_git.Url}\" }}");

        var error = await _project.FailAsync();

        Assert.Contains("no component", error.Message, StringComparison.Ordinal);
        Assert.Contains("does not build what it fetches", error.Why, StringComparison.Ordinal);
        Assert.Contains("mik publish", error.Next, StringComparison.Ordinal);
    }

    [GitFact]
    public async Task Git_Links_AreNotFollowed()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        File.CreateSymbolicLink(Path.Combine(_git!.Folder, "router.wasm"), "/etc/passwd");
        _git.Commit("README", [1]);
        _project.Write($"router = {{ git = \"{_git.Url}\" }}");

        Assert.Contains("no component", (await _project.FailAsync()).Message, StringComparison.Ordinal);
    }

    [GitFact]
    public async Task Git_LfsPointer_IsExplained()
    {
        _git!.Commit("router.wasm", "version https://git-lfs.github.com/spec/v1\noid sha256:abc\nsize 5\n"u8.ToArray());
        _project.Write($"router = {{ git = \"{_git.Url}\" }}");

        Assert.Contains("LFS", (await _project.FailAsync()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("git = \"ext::sh -c touch% /tmp/pwned\"", "remote helpers")]
    [InlineData("git = \"--upload-pack=touch /tmp/pwned\"", "option")]
    [InlineData("git = \"ftp://example.org/x\"", "scheme")]
    [InlineData("git = \"https://example.org/x\", branch = \"--upload-pack=x\"", "no such names")]
    [InlineData("git = \"https://example.org/x\", tag = \"../../x\"", "no such names")]
    [InlineData("git = \"https://example.org/x\", rev = \"main\"", "hexadecimal")]
    public async Task Git_HostileSources_AreRefused(string source, string expected)
    {
        _project.Write($"router = {{ {source} }}");

        Assert.Contains(expected, (await _project.FailAsync()).Why, StringComparison.Ordinal);
    }

    [GitFact]
    public async Task Git_TamperedClone_IsDetected()
    {
        _git!.Commit("router.wasm", Guests.Read("hello"));
        var blob = _git.Run("rev-parse", "HEAD:router.wasm");
        _project.Write($"router = {{ git = \"{_git.Url}\" }}");
        await _project.SyncAsync();
        File.Delete(_project["mik.lock"]);
        Directory.Delete(_project["modules"], recursive: true);

        // Another component's object under the first one's name.
        var clone = Directory.GetDirectories(Path.Combine(_project.Home, "git"), "*.git").Single();
        foreach (var pack in Directory.GetFiles(Path.Combine(clone, "objects", "pack")))
        {
            File.SetAttributes(pack, FileAttributes.Normal);
            File.Move(pack, Path.Combine(_project.Home, Path.GetFileName(pack)));
        }

        foreach (var pack in Directory.GetFiles(_project.Home, "*.pack"))
        {
            await UnpackAsync(clone, pack);
        }

        _git.Commit("other.wasm", Guests.Read("echo"));
        var other = _git.Run("rev-parse", "HEAD:other.wasm");
        _git.Run("rm", "-q", "other.wasm");
        _git.Run("commit", "-q", "-m", "gone");
        var target = Path.Combine(clone, "objects", blob[..2], blob[2..]);
        File.SetAttributes(target, FileAttributes.Normal);
        File.Copy(Path.Combine(_git.Folder, ".git", "objects", other[..2], other[2..]), target, overwrite: true);

        var error = await Assert.ThrowsAsync<PackageException>(() => _project.SyncAsync());
        Assert.False(File.Exists(_project["modules", "router.wasm"]), error.Message);
    }

    private static async Task UnpackAsync(string repository, string pack)
    {
        var start = new System.Diagnostics.ProcessStartInfo(
            "git", [$"--git-dir={repository}", "unpack-objects", "-q"])
        { RedirectStandardInput = true, UseShellExecute = false };
        using var process = System.Diagnostics.Process.Start(start)!;
        await process.StandardInput.BaseStream.WriteAsync(await File.ReadAllBytesAsync(pack));
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
    }

    [GitFact]
    public async Task Git_NoSuchBranch_SaysWhatGitSaid()
    {
        _git!.Commit("router.wasm", Guests.Read("hello"));
        _project.Write($"router = {{ git = \"{_git.Url}\", branch = \"no-such\" }}");

        var error = await _project.FailAsync();

        Assert.Contains("branch no-such", error.Message, StringComparison.Ordinal);
        Assert.Contains("no-such", error.Why, StringComparison.Ordinal);
    }

    [GitFact]
    public async Task Git_PasswordInTheUrl_IsNotShown()
    {
        _project.Write("router = { git = \"http://me:hunter2@127.0.0.1:1/x.git\" }");

        var error = await _project.FailAsync();

        Assert.DoesNotContain("hunter2", error.Message + error.Why + error.Next, StringComparison.Ordinal);
    }

    [GitFact]
    public async Task Git_OverHttp_IsFetched()
    {
        var commit = _git!.Commit("router.wasm", Guests.Read("hello"));
        await using var server = await FakeRegistry.StartAsync();
        server.Intercept = context => GitHttpBackend.AnswerAsync(context, Path.Combine(_git.Folder, ".git"));
        _project.Write($"router = {{ git = \"http://{server.Authority}/repo.git\", branch = \"main\" }}");

        await _project.SyncAsync();

        Assert.Equal(commit, _project.Locked("router").Resolved);
        Assert.Equal(Guests.Read("hello"), await File.ReadAllBytesAsync(_project["modules", "router.wasm"]));
    }

    [GitFact]
    public async Task Git_OverPlainFiles_IsFetchedToo()
    {
        // A repository's files as any web server gives them ("dumb"): it knows no shallow fetches.
        var commit = _git!.Commit("router.wasm", Guests.Read("hello"));
        _git.Run("update-server-info");
        await using var server = await FakeRegistry.StartAsync();
        server.Intercept = async context =>
        {
            var file = Path.Combine(_git.Folder, ".git", context.Request.Path.Value!["/repo.git/".Length..]);
            context.Response.StatusCode = File.Exists(file) ? 200 : 404;
            if (context.Response.StatusCode == 200)
            {
                await context.Response.SendFileAsync(file);
            }

            return true;
        };
        _project.Write($"router = {{ git = \"http://{server.Authority}/repo.git\", branch = \"main\" }}");

        await _project.SyncAsync();

        Assert.Equal(commit, _project.Locked("router").Resolved);
    }
}
