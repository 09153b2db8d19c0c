using Mik.Packages.Cache;
using Mik.Packages.Git;
using Mik.Packages.Registry;
using Mik.Packages.Remote;
using Mik.Packages.Sources;

namespace Mik.Packages.Sessions;

/// <summary>What package operations work with: registries, git, the cache.</summary>
public sealed class PackageSession : IDisposable
{
    private readonly List<string> _notes = [];
    private readonly IProgress<TransferProgress>? _progress;

    /// <summary>Opens one.</summary>
    /// <param name="home">Folder of the caches.</param>
    /// <param name="settings">How registries are reached.</param>
    /// <param name="credentials">Who the user is to them.</param>
    /// <param name="progress">Told of downloads.</param>
    public PackageSession(string home, RegistrySettings settings, CredentialStore credentials, IProgress<TransferProgress>? progress = null)
    {
        _progress = progress;
        Cache = new BlobCache(home) { Damaged = Note };
        Client = new RegistryClient(settings, credentials);
        Registry = new RegistryPackages(Client, Cache);
        Git = new GitPackages(home, Cache);
    }

    /// <summary>The cache.</summary>
    public BlobCache Cache { get; }

    /// <summary>Told when another process has to be waited for.</summary>
    public Action<string>? Waiting { get; set; }

    /// <summary>Registries.</summary>
    internal RegistryClient Client { get; }

    /// <summary>Components of registries.</summary>
    internal RegistryPackages Registry { get; }

    /// <summary>Components of git repositories.</summary>
    internal GitPackages Git { get; }

    /// <summary>Opens one by the environment of this process.</summary>
    /// <exception cref="PackageException">A variable cannot be understood.</exception>
    public static PackageSession FromEnvironment(IProgress<TransferProgress>? progress = null) =>
        new(MikHome.Path, RegistrySettings.FromEnvironment(), CredentialStore.OfUser(), progress);

    /// <inheritdoc/>
    public void Dispose() => Client.Dispose();

    /// <summary>Keeps something that the user should know.</summary>
    internal void Note(string text)
    {
        lock (_notes)
        {
            if (!_notes.Contains(text, StringComparer.Ordinal))
            {
                _notes.Add(text);
            }
        }
    }

    /// <summary>Gives what was kept, once.</summary>
    internal IReadOnlyList<string> TakeNotes()
    {
        lock (_notes)
        {
            string[] notes = [.. _notes];
            _notes.Clear();
            return notes;
        }
    }

    /// <summary>Reports bytes of a dependency.</summary>
    internal void Report(string name, long done, long? total, bool isComplete = false) =>
        _progress?.Report(new TransferProgress(name, done, total, isComplete));

    /// <summary>Progress of one dependency.</summary>
    internal IProgress<(long Done, long Total)> ProgressOf(string name) => new OfOne(this, name);

    private sealed class OfOne(PackageSession session, string name) : IProgress<(long Done, long Total)>
    {
        public void Report((long Done, long Total) value) => session.Report(name, value.Done, value.Total, value.Done == value.Total);
    }
}
