using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Mik.Packages.Remote;
using Mik.Packages.Sources;

namespace Mik.Packages.Git;

/// <summary>The files of a commit, read out of the repository without a checkout: no link, filter or hook of it has any effect.</summary>
internal sealed class CommitTree : ComponentTree
{
    private readonly string _repository;
    private readonly string _commit;
    private readonly Dictionary<string, string> _blobs = new(StringComparer.Ordinal);
    private readonly List<(string Path, long Size)> _components = [];

    private CommitTree(string repository, string commit, string name) => (_repository, _commit, Name) = (repository, commit, name);

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<(string Path, long Size)> Components => _components;

    /// <summary>Lists a commit.</summary>
    public static async Task<CommitTree> ReadAsync(string repository, string commit, string name, CancellationToken cancellationToken)
    {
        var tree = new CommitTree(repository, commit, name);
        var listing = await GitProgram.RunTextAsync(repository, ["ls-tree", "-r", "-l", "-z", "--full-tree", commit], cancellationToken);
        foreach (var line in listing.Split('\0', StringSplitOptions.RemoveEmptyEntries))
        {
            tree.Add(line);
        }

        tree._components.Sort((one, other) => string.CompareOrdinal(one.Path, other.Path));
        return tree;
    }

    /// <inheritdoc/>
    public override async Task<string?> ManifestAsync(CancellationToken cancellationToken) =>
        _blobs.TryGetValue("mik.toml", out var blob) ? Encoding.UTF8.GetString(await CatAsync(blob, PackageLimits.ManifestBytes, cancellationToken)) : null;

    /// <inheritdoc/>
    public override async Task<byte[]> StartAsync(string path, CancellationToken cancellationToken)
    {
        var bytes = await ReadAsync(path, cancellationToken);
        return bytes[..Math.Min(8, bytes.Length)];
    }

    /// <inheritdoc/>
    public override async Task<byte[]> ReadAsync(string path, CancellationToken cancellationToken)
    {
        var bytes = await CatAsync(_blobs[path], PackageLimits.ComponentBytes, cancellationToken);
        return bytes.AsSpan().StartsWith("version https://git-lfs"u8)
            ? throw new PackageException(
                $"{path} in {Name} is kept in Git LFS", "the repository holds only a pointer to it",
                "publish the component to a registry with mik publish, or commit it without LFS")
            { Code = "git-lfs" }
            : bytes;
    }

    /// <summary>A line of <c>ls-tree -l</c>: mode, type, object, size, tab, path.</summary>
    private void Add(string line)
    {
        var tab = line.IndexOf('\t', StringComparison.Ordinal);
        var fields = tab < 0 ? [] : line[..tab].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (fields is not [var mode, "blob", var blob, var size] || mode == "120000")
        {
            // Links and submodules.
            return;
        }

        var path = line[(tab + 1)..];
        _blobs[path] = blob;
        if (path.EndsWith(".wasm", StringComparison.Ordinal) && long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes))
        {
            _components.Add((path, bytes));
        }
    }

    private async Task<byte[]> CatAsync(string blob, long limit, CancellationToken cancellationToken)
    {
        var bytes = await GitProgram.RunAsync(_repository, ["cat-file", "blob", blob], limit, cancellationToken);
        return NameOf(bytes, isSha256: blob.Length == 64) == blob
            ? bytes
            : throw new PackageException(
                $"the cached clone of {Name} is damaged", $"an object in {_repository} is not what its name says",
                "mik cache clean, then run it again")
            { Code = "cache-damaged" };
    }

    /// <summary>Git's name of a blob; git itself does not compare it when it reads one.</summary>
    private static string NameOf(byte[] bytes, bool isSha256)
    {
#pragma warning disable CA5350 // Git's names are what they are; mik.lock has SHA-256.
        using var hash = IncrementalHash.CreateHash(isSha256 ? HashAlgorithmName.SHA256 : HashAlgorithmName.SHA1);
#pragma warning restore CA5350
        hash.AppendData(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"blob {bytes.Length}\0")));
        hash.AppendData(bytes);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
