using Mik.Packages.Remote;
using Mik.Toml;
using Mik.Toml.Model;

namespace Mik.Packages.PackageNames;

/// <summary>
/// The registries of namespaces as <c>wkg</c> is told them: <c>WKG_CONFIG_FILE</c>, else <c>wasm-pkg/config.toml</c> in the user's settings.
/// A package's own entry goes before its namespace's, that before the default registry, that before the two namespaces that everybody knows.
/// </summary>
internal sealed class WkgConfiguration
{
    private const string Variable = "WKG_CONFIG_FILE";

    private static readonly (string Namespace, string Registry)[] KnownNamespaces = [("wasi", "wasi.dev"), ("ba", "bytecodealliance.org")];

    private readonly TomlTable? _root;

    private WkgConfiguration(string path, TomlTable? root) => (Path, _root) = (path, root);

    /// <summary>The file, which need not be there.</summary>
    public string Path { get; }

    /// <summary>Reads the file of this user.</summary>
    /// <exception cref="PackageException">It cannot be read.</exception>
    public static WkgConfiguration OfUser()
    {
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        var path = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named ? named
            : OperatingSystem.IsMacOS() ? System.IO.Path.Combine(home, "Library", "Application Support", "wasm-pkg", "config.toml")
            : OperatingSystem.IsWindows()
            ? System.IO.Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData), "wasm-pkg", "config.toml")
            : System.IO.Path.Combine(
                Environment.GetEnvironmentVariable("XDG_CONFIG_HOME") is { Length: > 0 } settings ? settings : System.IO.Path.Combine(home, ".config"),
                "wasm-pkg", "config.toml");
        try
        {
            return File.Exists(path) ? Parse(path, File.ReadAllBytes(path)) : new WkgConfiguration(path, root: null);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new PackageException($"cannot read {path}", exception.Message, inner: exception) { Code = "wkg-config-invalid" };
        }
    }

    /// <summary>Reads a file's text.</summary>
    /// <exception cref="PackageException">It is no TOML.</exception>
    public static WkgConfiguration Parse(string path, byte[] bytes)
    {
        var document = TomlDocument.Parse(bytes);
        return document.Errors.Count == 0
            ? new WkgConfiguration(path, document.Root)
            : throw new PackageException(
                $"cannot read {path}", FormattableString.Invariant($"line {document.Errors[0].Position.Line}: {document.Errors[0].Message}"),
                "correct it; it is wkg's configuration")
            { Code = "wkg-config-invalid" };
    }

    /// <summary>The registry of a package; null when nothing says.</summary>
    /// <exception cref="PackageException">An entry cannot be understood.</exception>
    public RegistryMapping? Find(PackageName name) =>
        Entry(Table(_root, "package_registry_overrides"), $"{name.Namespace}:{name.Name}")
        ?? Entry(Table(_root, "namespace_registries"), name.Namespace)
        ?? Entry(_root, "default_registry")
        ?? KnownNamespaces.Where(known => known.Namespace == name.Namespace).Select(known => new RegistryMapping(known.Registry, Oci: null)).FirstOrDefault();

    /// <summary>An entry: the name of a registry, or a table that has the registry's document in it.</summary>
    private RegistryMapping? Entry(TomlTable? table, string key)
    {
        if (table is null || !table.TryGet(key, out var entry))
        {
            return null;
        }

        if (entry.Value is TomlScalar { Value: string host })
        {
            return new RegistryMapping(host, Oci: null);
        }

        if (entry.Value is not TomlTable mapping || Text(mapping, "registry") is not { } registry)
        {
            throw new PackageException(
                $"cannot use {key} in {Path}", "it must be the name of a registry, or a table with registry and metadata")
            { Code = "wkg-config-invalid" };
        }

        if (Table(mapping, "metadata") is not { } metadata)
        {
            return new RegistryMapping(registry, Oci: null);
        }

        var oci = Table(metadata, "oci");
        return new RegistryMapping(
            registry,
            new OciPlace(Text(oci, "registry") ?? Text(metadata, "ociRegistry"), Text(oci, "namespacePrefix") ?? Text(metadata, "ociNamespacePrefix") ?? ""));
    }

    private static TomlTable? Table(TomlTable? table, string key) => table is not null && table.TryGet(key, out var entry) ? entry.Value as TomlTable : null;

    private static string? Text(TomlTable? table, string key) =>
        table is not null && table.TryGet(key, out var entry) && entry.Value is TomlScalar { Value: string text } ? text : null;
}
