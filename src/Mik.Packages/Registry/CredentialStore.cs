using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Mik.Packages.Remote;

namespace Mik.Packages.Registry;

/// <summary>
/// Finds credentials where <c>docker login</c>, <c>podman login</c> and <c>oras login</c> leave them: <c>auths</c>, <c>credHelpers</c> and
/// <c>credsStore</c> of a <c>config.json</c>. Looked up once per repository.
/// </summary>
public sealed class CredentialStore
{
    private static readonly JsonDocumentOptions Lenient =
        new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip, MaxDepth = PackageLimits.JsonDepth };

    private readonly IReadOnlyList<string> _files;
    private readonly ConcurrentDictionary<string, Lazy<Task<Credentials?>>> _found = new(StringComparer.Ordinal);

    /// <summary>Folder of <c>docker-credential-…</c> programs; null looks on the PATH.</summary>
    internal string? ProgramFolder { get; init; }

    /// <summary>Makes a store of some files; the first that knows a registry counts.</summary>
    public CredentialStore(params IReadOnlyList<string> files) => _files = files;

    /// <summary>The files of this user: <c>REGISTRY_AUTH_FILE</c>, <c>DOCKER_CONFIG</c> or <c>~/.docker</c>, and podman's.</summary>
    public static CredentialStore OfUser()
    {
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        var files = new List<string>();
        AddIfSet(files, Environment.GetEnvironmentVariable("REGISTRY_AUTH_FILE"));
        files.Add(
            Environment.GetEnvironmentVariable("DOCKER_CONFIG") is { Length: > 0 } folder
                ? Path.Combine(folder, "config.json") : Path.Combine(home, ".docker", "config.json"));
        files.AddRange(ContainerFiles(home));
        return new CredentialStore(files);
    }

    /// <summary>The files that are looked into, for messages.</summary>
    internal IReadOnlyList<string> Files => _files;

    /// <summary>The credentials of a registry, or of what is below it; null when there are none.</summary>
    /// <param name="name">Host and port, and perhaps a repository.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="PackageException">A file or a helper is broken.</exception>
    internal Task<Credentials?> FindAsync(string name, CancellationToken cancellationToken) =>
        _found.GetOrAdd(name, key => new Lazy<Task<Credentials?>>(() => LookUpAsync(new CredentialKeys(key), cancellationToken))).Value;

    /// <summary>Where podman, buildah and skopeo keep theirs: a folder of the session, of the user on systems without one, and the user's settings.</summary>
    private static IEnumerable<string> ContainerFiles(string home)
    {
        if (Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") is { Length: > 0 } runtime)
        {
            yield return Path.Combine(runtime, "containers", "auth.json");
        }

        if (UserId() is { } user)
        {
            yield return $"/run/containers/{user}/auth.json";
        }

        var settings = Environment.GetEnvironmentVariable("XDG_CONFIG_HOME") is { Length: > 0 } folder ? folder : Path.Combine(home, ".config");
        yield return Path.Combine(settings, "containers", "auth.json");
    }

    /// <summary>The number of this user as Linux tells it; null elsewhere.</summary>
    private static string? UserId()
    {
        try
        {
            return OperatingSystem.IsLinux()
                ? File.ReadLines("/proc/self/status").FirstOrDefault(
                    line => line.StartsWith("Uid:", StringComparison.Ordinal))?.Split('\t', StringSplitOptions.RemoveEmptyEntries)[1]
                : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static void AddIfSet(List<string> files, string? path)
    {
        if (!string.IsNullOrEmpty(path))
        {
            files.Add(path);
        }
    }

    private async Task<Credentials?> LookUpAsync(CredentialKeys keys, CancellationToken cancellationToken)
    {
        foreach (var file in _files.Where(File.Exists))
        {
            if (await LookUpAsync(file, keys, cancellationToken) is { } credentials)
            {
                return credentials;
            }
        }

        return null;
    }

    private async Task<Credentials?> LookUpAsync(string file, CredentialKeys keys, CancellationToken cancellationToken)
    {
        try
        {
            using var document = JsonDocument.Parse(await File.ReadAllBytesAsync(file, cancellationToken), Lenient);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
            {
                return null;
            }

            if (Section(root, "credHelpers") is { } helpers && keys.In(helpers).FirstOrDefault(key => Text(helpers, key) is not null) is { } helped)
            {
                return await FromProgramAsync(Text(helpers, helped)!, helped, file, cancellationToken);
            }

            if (Section(root, "auths") is { } auths && InAuths(auths, keys, file) is { } credentials)
            {
                return credentials with { Origin = file };
            }

            return Text(root, "credsStore") is { Length: > 0 } store ? await FromStoreAsync(store, keys, file, cancellationToken) : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new PackageException(
                $"cannot read the credentials in {file}", $"it is not JSON: {exception.Message}", "repair it, or log in again: docker login",
                exception)
            { Code = "credentials-unreadable" };
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new PackageException($"cannot read the credentials in {file}", exception.Message, inner: exception) { Code = "credentials-unreadable" };
        }
    }

    private async Task<Credentials?> FromStoreAsync(string store, CredentialKeys keys, string file, CancellationToken cancellationToken)
    {
        foreach (var key in keys.ForPrograms)
        {
            if (await FromProgramAsync(store, key, file, cancellationToken) is { } credentials)
            {
                return credentials;
            }
        }

        return null;
    }

    private async Task<Credentials?> FromProgramAsync(string program, string key, string file, CancellationToken cancellationToken) =>
        await CredentialProgram.GetAsync(ProgramFolder, program, key, cancellationToken) is { } credentials
            ? credentials with { Origin = $"docker-credential-{program}, which {file} names" }
            : null;

    private static Credentials? InAuths(JsonElement auths, CredentialKeys keys, string file)
    {
        foreach (var key in keys.In(auths))
        {
            if (auths.TryGetProperty(key, out var entry) && entry.ValueKind == JsonValueKind.Object && OfEntry(entry, key, file) is { } credentials)
            {
                return credentials;
            }
        }

        return null;
    }

    private static Credentials? OfEntry(JsonElement entry, string key, string file)
    {
        if (Text(entry, "identitytoken") is { Length: > 0 } identity)
        {
            return new Credentials("<token>", identity, IsIdentityToken: true);
        }

        if (Text(entry, "username") is { Length: > 0 } name && Text(entry, "password") is { } password)
        {
            return new Credentials(name, password);
        }

        if (Text(entry, "auth") is not { Length: > 0 } auth)
        {
            return null;
        }

        var bytes = new byte[auth.Length];
        var pair = Convert.TryFromBase64String(auth, bytes, out var written) ? Encoding.UTF8.GetString(bytes, 0, written).TrimEnd('\0') : "";
        var colon = pair.IndexOf(':', StringComparison.Ordinal);
        return colon > 0
            ? new Credentials(pair[..colon], pair[(colon + 1)..])
            : throw new PackageException(
                $"cannot read the credentials of {RemoteText.Clean(key)} in {file}", "its auth is not name:password in base64",
                $"log in again: docker login {RemoteText.Clean(key)}")
            { Code = "credentials-unreadable" };
    }

    private static JsonElement? Section(JsonElement root, string name) =>
        root.TryGetProperty(name, out var section) && section.ValueKind == JsonValueKind.Object ? section : null;

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
