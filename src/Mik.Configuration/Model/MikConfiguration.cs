using System.Text;
using Mik.Configuration.Keys;
using Mik.Toml;

namespace Mik.Configuration.Model;

/// <summary>What a <c>mik.toml</c> says; what it does not say has its default.</summary>
public sealed class MikConfiguration
{
    /// <summary>Name of the file.</summary>
    public const string FileName = "mik.toml";

    private readonly KeyValues _values;

    internal MikConfiguration(string file, TomlDocument document, KeyValues values)
    {
        File = file;
        Document = document;
        _values = values;
        Server = new ServerSection(values);
    }

    /// <summary>Path of the file, absolute.</summary>
    public string File { get; }

    /// <summary>Its folder.</summary>
    public string Folder => Path.GetDirectoryName(File)!;

    /// <summary>The document, for edits.</summary>
    public TomlDocument Document { get; }

    /// <summary><c>project.name</c>; without a <c>[project]</c> a name made of the folder's.</summary>
    public string Name => _values.Text(KeyTable.ProjectName) ?? NameOf(Folder);

    /// <summary><c>project.version</c></summary>
    public string Version => _values.Text(KeyTable.ProjectVersion)!;

    /// <summary><c>project.description</c></summary>
    public string? Description => _values.Text(KeyTable.ProjectDescription);

    /// <summary><c>[server]</c></summary>
    public ServerSection Server { get; }

    /// <summary><c>composition.http_handler</c></summary>
    public bool HttpHandler => _values.Boolean(KeyTable.HttpHandler);

    /// <summary><c>composition.bridge</c>: an OCI reference, or a path that is relative to the folder.</summary>
    public string Bridge => _values.Text(KeyTable.Bridge)!;

    /// <summary><c>tracing.service_name</c>; without it the project's name.</summary>
    public string ServiceName => _values.Text(KeyTable.ServiceName) ?? Name;

    /// <summary><c>tracing.otlp_endpoint</c></summary>
    public Uri? OtlpEndpoint => _values.Text(KeyTable.OtlpEndpoint) is { } url ? new Uri(url) : null;

    /// <summary><c>build.command</c></summary>
    public string? BuildCommand => _values.Text(KeyTable.BuildCommand);

    /// <summary><c>build.output</c>, absolute.</summary>
    public string? BuildOutput => _values.Path(KeyTable.BuildOutput);

    /// <summary><c>[dependencies]</c>, in the order of the file.</summary>
    public IReadOnlyList<Dependency> Dependencies { get; internal init; } = [];

    /// <summary><c>[modules.NAME]</c>, by name.</summary>
    public IReadOnlyDictionary<string, ModuleSection> Modules { get; internal init; } = new Dictionary<string, ModuleSection>();

    /// <summary><c>[env]</c>, in the order of the file.</summary>
    public IReadOnlyList<EnvironmentVariable> Environment { get; internal init; } = [];

    /// <summary>The file in a folder or the nearest one above it; null when there is none.</summary>
    public static string? Find(string folder)
    {
        for (var candidate = Path.GetFullPath(folder); candidate is not null; candidate = Path.GetDirectoryName(candidate))
        {
            var file = Path.Combine(candidate, FileName);
            if (System.IO.File.Exists(file))
            {
                return file;
            }
        }

        return null;
    }

    private static string NameOf(string folder)
    {
        var name = new StringBuilder();
        foreach (var character in Path.GetFileName(folder))
        {
            name.Append(char.IsAsciiLetterOrDigit(character) || character is '-' or '_' ? character : '-');
        }

        if (name.Length == 0 || !(char.IsAsciiLetter(name[0]) || name[0] == '_'))
        {
            name.Insert(0, '_');
        }

        return name.ToString(0, Math.Min(name.Length, 64));
    }
}

/// <summary>What reading a mik.toml gave.</summary>
/// <param name="Configuration">What it says; null when it has an error.</param>
/// <param name="Problems">Errors and warnings, in the order of the file.</param>
public sealed record ConfigurationResult(MikConfiguration? Configuration, IReadOnlyList<ConfigurationProblem> Problems);
