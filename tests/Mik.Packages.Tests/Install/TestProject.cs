using Mik.Configuration.Model;
using Mik.Configuration.Reading;
using Mik.Packages.Install;
using Mik.Packages.Lock;
using Mik.Packages.Registry;
using Mik.Packages.Remote;
using Mik.Packages.Sessions;
using Mik.Packages.Tests.Registry;

namespace Mik.Packages.Tests.Install;

/// <summary>A project in a folder of its own, with a cache of its own, whose ghcr.io is a registry of the test.</summary>
internal sealed class TestProject(FakeRegistry? registry = null) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public string Folder => Directory.CreateDirectory(_folder["project"]).FullName;

    public string Home => _folder["home"];

    public string Lock => File.ReadAllText(this["mik.lock"]);

    public string[] Modules =>
        Directory.Exists(this["modules"])
            ? [.. new DirectoryInfo(this["modules"]).GetFileSystemInfos().Select(file => file.Name).Order(StringComparer.Ordinal)] : [];

    public string this[params ReadOnlySpan<string> parts] => Path.Combine([Folder, .. parts]);

    /// <summary>Writes the dependencies.</summary>
    public void Write(params string[] dependencies) =>
        File.WriteAllText(this["mik.toml"], "[project]\nname = \"app\"\n\n[dependencies]\n" + string.Join('\n', dependencies) + "\n");

    public MikConfiguration Load()
    {
        var result = MikConfiguration.Load(this["mik.toml"]);
        return result.Configuration ?? throw new InvalidOperationException(string.Join('\n', result.Problems));
    }

    public PackageSession NewSession(IProgress<TransferProgress>? progress = null) => new(
        Home,
        new RegistrySettings
        {
            Attempts = 2,
            FirstDelay = TimeSpan.FromMilliseconds(1),
            Mirrors = registry is null ? RegistryMirrors.Parse("ghcr.io=http://127.0.0.1:1") : RegistryMirrors.Parse($"ghcr.io=http://{registry.Authority}"),
        },
        new CredentialStore(),
        progress);

    public async Task<SyncReport> SyncAsync(SyncOptions? options = null)
    {
        using var session = NewSession();
        return await new ProjectPackages(session, Load()).SyncAsync(options ?? new SyncOptions(), default).WaitAsync(TimeSpan.FromSeconds(60));
    }

    /// <summary>Syncs and expects one failure that changes nothing.</summary>
    public async Task<PackageException> FailAsync(SyncOptions? options = null)
    {
        var before = Snapshot();
        var exception = await Assert.ThrowsAnyAsync<PackageException>(() => SyncAsync(options));
        Assert.Equal(before, Snapshot());
        return exception;
    }

    /// <summary>Manifest, lock and modules, with their bytes.</summary>
    public IReadOnlyList<(string, string)> Snapshot() =>
    [
        .. new DirectoryInfo(Folder).EnumerateFiles("*", SearchOption.AllDirectories)
            .Where(file => !file.FullName.Contains($"{Path.DirectorySeparatorChar}.mik{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .OrderBy(file => file.FullName, StringComparer.Ordinal)
            .Select(file => (file.FullName, Convert.ToHexString(File.ReadAllBytes(file.FullName)))),
    ];

    public LockedPackage Locked(string name) => LockFile.Load(Folder).Find(name) ?? throw new InvalidOperationException($"{name} is not locked");

    public void EditLock(string from, string to)
    {
        Assert.Contains(from, Lock, StringComparison.Ordinal);
        File.WriteAllText(this["mik.lock"], Lock.Replace(from, to, StringComparison.Ordinal));
    }

    public void Dispose() => _folder.Dispose();
}
