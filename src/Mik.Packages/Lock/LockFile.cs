using System.Text;
using Mik.Packages.Remote;
using Mik.Toml;

namespace Mik.Packages.Lock;

/// <summary>
/// <c>mik.lock</c>: what every dependency turned out to be, so that <c>mik sync</c> gives the same components everywhere. TOML; rows in ordinal
/// order of names, lines end with a line feed: the same content is the same bytes on every system.
/// </summary>
public sealed class LockFile
{
    /// <summary>Its name, beside mik.toml.</summary>
    public const string FileName = "mik.lock";

    /// <summary>The layout that this mik writes and reads.</summary>
    internal const long Version = 1;

    /// <summary>An empty one.</summary>
    public static readonly LockFile Empty = new([], bridge: null);

    internal LockFile(IEnumerable<LockedPackage> packages, LockedPackage? bridge)
    {
        Packages = [.. packages.OrderBy(package => package.Name, StringComparer.Ordinal)];
        Bridge = bridge;
    }

    /// <summary>The dependencies, in ordinal order of names.</summary>
    public IReadOnlyList<LockedPackage> Packages { get; }

    /// <summary>The HTTP bridge, when one was fetched from a registry.</summary>
    public LockedPackage? Bridge { get; }

    /// <summary>Reads the lock file of a folder; empty when there is none.</summary>
    /// <exception cref="PackageException">It cannot be read.</exception>
    public static LockFile Load(string folder)
    {
        var path = Path.Combine(folder, FileName);
        try
        {
            return File.Exists(path) ? LockReader.Read(path, File.ReadAllBytes(path)) : Empty;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new PackageException($"cannot read {path}", exception.Message, inner: exception) { Code = "lock-invalid" };
        }
    }

    /// <summary>The row of a dependency, or null.</summary>
    public LockedPackage? Find(string name) => Packages.FirstOrDefault(package => package.Name == name);

    /// <summary>The text.</summary>
    public override string ToString()
    {
        var text = new StringBuilder("# Written by mik: commit it, do not edit it. mik sync installs exactly this.\n");
        text.Append("version = ").Append(Version).Append('\n');
        foreach (var package in Packages)
        {
            text.Append("\n[[package]]\n");
            Append(text, "name", package.Name);
            Append(text, package);
        }

        if (Bridge is not null)
        {
            text.Append("\n[bridge]\n");
            Append(text, Bridge);
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, LockedPackage package)
    {
        Append(text, "source", package.Source);
        Append(text, "location", package.Location);
        Append(text, "requested", package.Requested);
        Append(text, "resolved", package.Resolved);
        Append(text, "digest", package.Digest.ToString());
        text.Append("size = ").Append(package.Size).Append('\n');
        Append(text, "imports", package.Imports);
        Append(text, "exports", package.Exports);
    }

    private static void Append(StringBuilder text, string key, string? value)
    {
        if (value is not null)
        {
            text.Append(key).Append(" = ").Append(TomlText.String(value)).Append('\n');
        }
    }

    private static void Append(StringBuilder text, string key, IReadOnlyList<string> values)
    {
        text.Append(key).Append(values.Count == 0 ? " = [" : " = [\n");
        foreach (var value in values)
        {
            text.Append("  ").Append(TomlText.String(value)).Append(",\n");
        }

        text.Append("]\n");
    }
}
