using System.Globalization;
using Mik.Configuration.Model;
using Mik.Packages.Oci;
using Mik.Packages.Remote;
using Mik.Toml;
using Mik.Toml.Model;

namespace Mik.Packages.Lock;

/// <summary>Reads <c>mik.lock</c>; nothing in it is believed before it was checked.</summary>
internal sealed class LockReader
{
    private const string Next = "restore it from version control; or delete it and run mik sync, which takes what the versions stand for now";
    private const int MostBytes = 16 << 20;

    private static readonly string[] Sources = ["registry", "git", "path"];

    private readonly string _path;
    private readonly TomlDocument _document;

    private LockReader(string path, TomlDocument document) => (_path, _document) = (path, document);

    /// <summary>Reads one.</summary>
    /// <exception cref="PackageException">It is damaged.</exception>
    public static LockFile Read(string path, byte[] bytes)
    {
        if (bytes.Length > MostBytes)
        {
            throw new PackageException($"{path} is damaged", $"it has {bytes.Length} bytes", Next) { Code = "lock-invalid" };
        }

        var document = TomlDocument.Parse(bytes);
        var reader = new LockReader(path, document);
        if (document.Errors.Count > 0)
        {
            var error = document.Errors[0];
            var line = document.LineText(error.Position.Line);
            throw reader.Damaged(
                error.Position,
                line.StartsWith("<<<<<<<", StringComparison.Ordinal) || line.StartsWith(">>>>>>>", StringComparison.Ordinal)
                    || line.StartsWith("=======", StringComparison.Ordinal)
                ? "a merge left its conflict here"
                : error.Message);
        }

        return reader.Read();
    }

    private LockFile Read()
    {
        var root = _document.Root;
        if (!root.TryGet("version", out var version) || version.Value is not TomlScalar { Value: long number })
        {
            throw new PackageException($"{_path} is damaged", "it has no version", Next) { Code = "lock-invalid" };
        }

        if (number != LockFile.Version)
        {
            throw new PackageException(
                $"cannot read {_path}", string.Create(CultureInfo.InvariantCulture, $"its layout is version {number}, and this mik knows {LockFile.Version}"),
                "use the mik that wrote it, or a newer one")
            { Code = "lock-invalid" };
        }

        var packages = new List<LockedPackage>();
        if (root.TryGet("package", out var list))
        {
            if (list.Value is not TomlArray array)
            {
                throw Damaged(list.Value, "package must be written [[package]]");
            }

            foreach (var item in array.Items)
            {
                var package = ReadPackage(item as TomlTable ?? throw Damaged(item, "package must be written [[package]]"), name: null);
                packages.Add(packages.Exists(other => other.Name == package.Name) ? throw Damaged(item, $"'{package.Name}' is here twice") : package);
            }
        }

        var bridge = root.TryGet("bridge", out var entry)
            ? ReadPackage(entry.Value as TomlTable ?? throw Damaged(entry.Value, "bridge must be written [bridge]"), name: "bridge")
            : null;
        return new LockFile(packages, bridge);
    }

    private LockedPackage ReadPackage(TomlTable table, string? name)
    {
        name ??= Text(table, "name");
        if (!DependencyName.IsLegal(name))
        {
            throw Damaged(table, $"'{RemoteText.Clean(name)}' cannot be the name of a dependency: {DependencyName.Rule}");
        }

        var source = Text(table, "source");
        if (!Sources.Contains(source, StringComparer.Ordinal))
        {
            throw Damaged(table, $"the source of {name} must be one of {string.Join(", ", Sources)}");
        }

        if (!Digest.TryParse(Text(table, "digest"), out var digest) || digest.Algorithm != "sha256")
        {
            throw Damaged(table, $"the digest of {name} must be sha256: and 64 lower-case hexadecimal digits");
        }

        if (!table.TryGet("size", out var size) || size.Value is not TomlScalar { Value: long bytes and >= 0 })
        {
            throw Damaged(table, $"{name} has no size");
        }

        var resolved = Optional(table, "resolved");
        var isRight = source switch
        {
            "registry" => Digest.TryParse(resolved, out _),
            "git" => resolved is { Length: 40 or 64 } && resolved.All(char.IsAsciiHexDigitLower),
            _ => resolved is null,
        };
        return isRight
            ? new LockedPackage(
                name, source, Text(table, "location"), Optional(table, "requested"), resolved, digest, bytes, Texts(table, "imports"), Texts(table, "exports"))
            : throw Damaged(
                table,
                source == "path"
                    ? $"{name} is a path and cannot be resolved to anything"
                    : $"what {name} was resolved to must be {(source == "git" ? "a commit" : "the digest of a manifest")}");
    }

    private string Text(TomlTable table, string key) => Optional(table, key) ?? throw Damaged(table, $"a package has no {key}");

    private string? Optional(TomlTable table, string key) => !table.TryGet(key, out var entry)
        ? null
        : entry.Value is TomlScalar { Value: string text } ? text : throw Damaged(entry.Value, $"{key} must be a string");

    private string[] Texts(TomlTable table, string key) => table.TryGet(key, out var entry) && entry.Value is TomlArray array
        ? [.. array.Items.Select(item => item is TomlScalar { Value: string text } ? text : throw Damaged(item, $"{key} must be strings"))]
        : throw Damaged(table, $"a package has no {key}");

    private PackageException Damaged(TomlValue value, string why) => Damaged(_document.PositionOf(value.Span.Start), why);

    private PackageException Damaged(TextPosition position, string why) =>
        new($"{_path} is damaged", string.Create(CultureInfo.InvariantCulture, $"line {position.Line}: {why}"), Next) { Code = "lock-invalid" };
}
