using System.Collections.Concurrent;
using System.IO.Compression;

namespace Mik.Conformance.Tests.Suites;

/// <summary>The zip of one group of a suite, read into memory once per process.</summary>
public sealed class SuiteArchive
{
    private static readonly ConcurrentDictionary<string, Lazy<SuiteArchive>> Opened = new(StringComparer.Ordinal);
    private readonly Dictionary<string, byte[]> _entries = new(StringComparer.Ordinal);

    private SuiteArchive(string path)
    {
        using var zip = ZipFile.OpenRead(path);
        foreach (var entry in zip.Entries)
        {
            using var contents = new MemoryStream();
            using (var stream = entry.Open())
            {
                stream.CopyTo(contents);
            }
            _entries.Add(entry.FullName, contents.ToArray());
        }
    }

    /// <summary>Paths of the test files (<c>.json</c>) in order.</summary>
    public IEnumerable<string> Files =>
        _entries.Keys.Where(name => name.EndsWith(".json", StringComparison.Ordinal)).Order(StringComparer.Ordinal);

    /// <summary>Every module of the archive, malformed ones included.</summary>
    public IEnumerable<byte[]> Modules =>
        _entries.Where(entry => entry.Key.EndsWith(".wasm", StringComparison.Ordinal)).OrderBy(entry => entry.Key, StringComparer.Ordinal)
            .Select(entry => entry.Value);

    /// <summary>Names of all entries.</summary>
    public IEnumerable<string> Names => _entries.Keys;

    /// <summary>Opens a group, for example <c>spec</c>, <c>core</c>.</summary>
    public static SuiteArchive Open(string suite, string group) =>
        Opened.GetOrAdd(ConformanceData.PathOf(suite, group), path => new Lazy<SuiteArchive>(() => new SuiteArchive(path))).Value;

    /// <summary>The bytes of an entry.</summary>
    public byte[] Read(string path) => _entries[path];

    /// <summary>Parses a test file.</summary>
    public SuiteFile ReadFile(string path) => new(this, path);
}
