using System.Text.Json;
using Mik.Packages.Oci;
using Mik.Packages.Remote;
using Mik.Packages.Sources;

namespace Mik.Packages.Install;

/// <summary>
/// What mik installed in a project, in <c>.mik/installed.json</c>: only files that stand here, with a digest that stands here, are ever
/// deleted. Two digests of a file mean that an update was on its way.
/// </summary>
internal sealed class InstallRecord
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n" };

    private readonly SortedDictionary<string, string[]> _files;

    private InstallRecord(SortedDictionary<string, string[]> files) => _files = files;

    /// <summary>The files: paths relative to the project's folder, with <c>/</c>.</summary>
    public IEnumerable<string> Files => _files.Keys;

    /// <summary>Reads the record of a project; empty when there is none, or when it cannot be understood.</summary>
    public static InstallRecord Load(string path)
    {
        var files = new SortedDictionary<string, string[]>(StringComparer.Ordinal);
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path), new JsonDocumentOptions { MaxDepth = PackageLimits.JsonDepth });
            foreach (var file in document.RootElement.GetProperty("files").EnumerateObject())
            {
                if (IsSane(file.Name))
                {
                    files[file.Name] = [.. file.Value.EnumerateArray().Select(digest => digest.GetString()!).Where(digest => Digest.TryParse(digest, out _))];
                }
            }
        }
        catch (Exception exception) when (exception is IOException or JsonException or KeyNotFoundException or InvalidOperationException
            or UnauthorizedAccessException)
        {
            // Without a record nothing is deleted; what is right stays and is recorded again.
        }

        return new InstallRecord(files);
    }

    /// <summary>Whether mik installed these bytes there.</summary>
    public bool Has(string file, Digest digest) => _files.TryGetValue(file, out var digests) && digests.Contains(digest.ToString(), StringComparer.Ordinal);

    /// <summary>Whether mik installed something there.</summary>
    public bool Has(string file) => _files.ContainsKey(file);

    /// <summary>A record with these files.</summary>
    public static InstallRecord Of(IEnumerable<(string File, Digest Digest)> files)
    {
        var all = new SortedDictionary<string, string[]>(StringComparer.Ordinal);
        foreach (var (file, digest) in files)
        {
            all[file] = [digest.ToString()];
        }

        return new InstallRecord(all);
    }

    /// <summary>What holds while one record becomes another.</summary>
    public InstallRecord Union(InstallRecord other)
    {
        var all = new SortedDictionary<string, string[]>(_files, StringComparer.Ordinal);
        foreach (var (file, digests) in other._files)
        {
            all[file] = [.. all.GetValueOrDefault(file, []).Union(digests, StringComparer.Ordinal)];
        }

        return new InstallRecord(all);
    }

    /// <summary>The text of the file.</summary>
    public byte[] ToBytes() => [.. JsonSerializer.SerializeToUtf8Bytes(new { version = 1, files = _files }, Indented), (byte)'\n'];

    /// <summary>Whether a path is one that mik could have written: relative, and to a component.</summary>
    private static bool IsSane(string file) => !Path.IsPathRooted(file) && DependencyFile.IsLegal(file[(file.LastIndexOf('/') + 1)..]);
}
