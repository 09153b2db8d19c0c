using Mik.Configuration.Model;
using Mik.Packages.Cache;
using Mik.Packages.Oci;
using Mik.Packages.Remote;
using Mik.Packages.Sources;

namespace Mik.Packages.Git;

/// <summary>Components of git repositories: fetched shallowly into a bare repository of the cache.</summary>
internal sealed class GitPackages(string home, BlobCache cache)
{
    private const int FullHashLength = 40;
    private const string TagPrefix = "refs/tags/";
    private const string BranchPrefix = "refs/heads/";

    /// <summary>A component and the commit that it is of.</summary>
    /// <param name="dependency">The dependency.</param>
    /// <param name="source">Where it is.</param>
    /// <param name="folder">The project's folder, for relative URLs.</param>
    /// <param name="commit">The commit that is locked; null takes what the source says now.</param>
    /// <param name="offline">Whether only the cache may be asked.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="PackageException">It cannot be had.</exception>
    public async Task<(string Commit, byte[] Component)> FetchAsync(
        Dependency dependency, GitSource source, string folder, string? commit, bool offline, CancellationToken cancellationToken)
    {
        var url = Checked(dependency.Name, source, folder);
        var shown = GitUrl.WithoutSecrets(source.Url);
        var repository = Path.Combine(home, "git", Digest.Of(System.Text.Encoding.UTF8.GetBytes(url)).Hex[..32] + ".git");
        using var taken = await FileLock.TakeAsync(repository + ".lock", waiting: null, cancellationToken);
        try
        {
            await PrepareAsync(repository, cancellationToken);
            if (offline && (commit is null || !await HasAsync(repository, commit, cancellationToken)))
            {
                throw RegistryPackages.NotInCache($"{dependency.Name}{Told(source, commit)}");
            }

            var fetched = await FetchCommitAsync(repository, url, source, commit, cancellationToken);
            var tree = await CommitTree.ReadAsync(repository, fetched, $"{shown} at {fetched[..12]}", cancellationToken);
            var bytes = await ComponentFinder.FindAsync(tree, DependencyFile.Leaf(dependency.Name), cancellationToken);
            cache.SetOrigin(await cache.AddAsync(bytes, cancellationToken), $"{shown} at {fetched}");
            return (fetched, bytes);
        }
        catch (GitException exception)
        {
            throw new PackageException(
                $"cannot fetch {dependency.Name} from {shown}{Told(source, commit)}", exception.Message,
                (exception.Message.Contains("find remote ref", StringComparison.Ordinal) ? await NamesAsync(url, source, cancellationToken) : null)
                    ?? "check the URL and what it should follow; for a private repository: git credentials or an ssh key that need no questions",
                exception)
            { Code = "git-failed" };
        }
    }

    /// <summary>The commit that a source stands for now; null when the repository has no such branch or tag.</summary>
    /// <exception cref="PackageException">The repository cannot be asked.</exception>
    public async Task<string?> ResolveAsync(string name, GitSource source, string folder, CancellationToken cancellationToken)
    {
        var url = Checked(name, source, folder);
        if (source.Kind == GitRevisionKind.Commit)
        {
            return source.Revision;
        }

        try
        {
            var pattern = source.Kind == GitRevisionKind.Default ? "HEAD" : FullName(source);
            var refs = await GitProgram.RunTextAsync(repository: null, ["ls-remote", "--", url, pattern, pattern + "^{}"], cancellationToken);
            var lines = refs.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t')).Where(line => line.Length == 2).ToArray();

            // An annotated tag is listed twice; the second is the commit behind it.
            return (lines.FirstOrDefault(line => line[1] == pattern + "^{}") ?? lines.FirstOrDefault(line => line[1] == pattern))?[0];
        }
        catch (GitException exception)
        {
            throw new PackageException($"cannot ask {GitUrl.WithoutSecrets(source.Url)}", exception.Message, inner: exception) { Code = "git-failed" };
        }
    }

    /// <summary>The tags of a source's repository.</summary>
    /// <exception cref="PackageException">The repository cannot be asked.</exception>
    public async Task<IReadOnlyList<string>> ListTagsAsync(string name, GitSource source, string folder, CancellationToken cancellationToken)
    {
        var url = Checked(name, source, folder);
        try
        {
            return await ListAsync(url, TagPrefix, cancellationToken);
        }
        catch (GitException exception)
        {
            throw new PackageException($"cannot ask {GitUrl.WithoutSecrets(source.Url)}", exception.Message, inner: exception) { Code = "git-failed" };
        }
    }

    private static async Task<IReadOnlyList<string>> ListAsync(string url, string prefix, CancellationToken cancellationToken)
    {
        var refs = await GitProgram.RunTextAsync(repository: null, ["ls-remote", "--refs", "--", url, prefix + "*"], cancellationToken);
        return [.. refs.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line[(line.IndexOf('\t', StringComparison.Ordinal) + 1)..])
            .Where(full => full.StartsWith(prefix, StringComparison.Ordinal)).Select(full => RemoteText.Clean(full[prefix.Length..]))];
    }

    /// <summary>The tags or branches that there are, where the one that a source names is not; null when that cannot be said.</summary>
    private static async Task<string?> NamesAsync(string url, GitSource source, CancellationToken cancellationToken)
    {
        try
        {
            return source is { Revision: { } wanted, Kind: GitRevisionKind.Tag or GitRevisionKind.Branch }
                ? TagHint.Of(wanted, await ListAsync(url, source.Kind == GitRevisionKind.Tag ? TagPrefix : BranchPrefix, cancellationToken)) : null;
        }
        catch (Exception exception) when (exception is GitException or PackageException)
        {
            return null;
        }
    }

    private static string Checked(string name, GitSource source, string folder)
    {
        if (GitUrl.Fault(source.Url) is { } fault)
        {
            throw new PackageException($"the git URL of {name} cannot be used", fault, "git = \"https://host/user/repo.git\"") { Code = "git-url-invalid" };
        }

        if (source.Revision is { } revision
            && (revision[0] == '-'
                || revision.Any(character => char.IsControl(character) || character is ' ' or '~' or '^' or ':' or '?' or '*' or '[' or '\\')
                || revision.Contains("..", StringComparison.Ordinal)))
        {
            throw new PackageException(
                $"'{RemoteText.Clean(revision)}' cannot be a {Word(source.Kind)} of {name}", "git has no such names")
            { Code = "git-revision-invalid" };
        }

        if (source is { Kind: GitRevisionKind.Commit, Revision: { } hash } && !(hash.Length is >= 7 and <= 64 && hash.All(char.IsAsciiHexDigit)))
        {
            throw new PackageException(
                $"'{RemoteText.Clean(hash)}' cannot be a rev of {name}", "a rev is a commit: 7 to 40 hexadecimal digits",
                "use tag or branch for names")
            { Code = "git-revision-invalid" };
        }

        return GitUrl.Against(source.Url, folder);
    }

    private static async Task PrepareAsync(string repository, CancellationToken cancellationToken)
    {
        if (File.Exists(Path.Combine(repository, "HEAD")))
        {
            return;
        }

        // A killed clone leaves a part of one.
        if (Directory.Exists(repository))
        {
            Directory.Delete(repository, recursive: true);
        }

        await GitProgram.RunTextAsync(repository: null, ["init", "-q", "--bare", "--template=", "--", repository], cancellationToken);
    }

    private static async Task<string> FetchCommitAsync(string repository, string url, GitSource source, string? commit, CancellationToken cancellationToken)
    {
        var wanted = commit ?? (source.Kind == GitRevisionKind.Commit ? source.Revision : null);
        if (wanted is null)
        {
            var name = source.Kind == GitRevisionKind.Default ? "HEAD" : FullName(source);
            try
            {
                await GitProgram.RunTextAsync(repository, ["fetch", "-q", "--depth=1", "--no-tags", "--force", "--", url, name], cancellationToken);
            }
            catch (GitException exception) when (exception.Message.Contains("shallow", StringComparison.Ordinal))
            {
                // A web server that knows nothing of git gives whole histories only.
                await GitProgram.RunTextAsync(repository, ["fetch", "-q", "--no-tags", "--force", "--", url, name], cancellationToken);
            }

            return await CommitOfAsync(repository, "FETCH_HEAD", cancellationToken);
        }

        if (await HasAsync(repository, wanted, cancellationToken))
        {
            return await CommitOfAsync(repository, wanted, cancellationToken);
        }

        if (wanted.Length >= FullHashLength)
        {
            try
            {
                await GitProgram.RunTextAsync(repository, ["fetch", "-q", "--depth=1", "--no-tags", "--", url, wanted], cancellationToken);
                return await CommitOfAsync(repository, wanted, cancellationToken);
            }
            catch (GitException)
            {
                // Some servers give only what a branch or a tag ends with; the whole history has it then.
            }
        }

        var isShallow = File.Exists(Path.Combine(repository, "shallow"));
        await GitProgram.RunTextAsync(
            repository,
            ["fetch", "-q", "--force", .. isShallow ? (string[])["--unshallow"] : [], "--", url, "+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*"],
            cancellationToken);
        return await CommitOfAsync(repository, wanted, cancellationToken);
    }

    private static async Task<bool> HasAsync(string repository, string commit, CancellationToken cancellationToken)
    {
        try
        {
            await GitProgram.RunTextAsync(repository, ["rev-parse", "-q", "--verify", "--end-of-options", commit + "^{tree}"], cancellationToken);
            return true;
        }
        catch (GitException)
        {
            return false;
        }
    }

    private static async Task<string> CommitOfAsync(string repository, string revision, CancellationToken cancellationToken)
    {
        var commit = (await GitProgram.RunTextAsync(repository, ["rev-parse", "-q", "--verify", "--end-of-options", revision + "^{commit}"], cancellationToken))
            .Trim();
        return commit.Length >= FullHashLength ? commit : throw new GitException($"there is no commit {revision}", exitCode: 1);
    }

    private static string FullName(GitSource source) => source.Kind == GitRevisionKind.Tag ? TagPrefix + source.Revision : BranchPrefix + source.Revision;

    private static string Told(GitSource source, string? commit) =>
        commit is not null ? $" at {commit}" : source.Kind == GitRevisionKind.Default ? "" : $" at {Word(source.Kind)} {source.Revision}";

    private static string Word(GitRevisionKind kind) => kind switch { GitRevisionKind.Branch => "branch", GitRevisionKind.Tag => "tag", _ => "rev" };
}
