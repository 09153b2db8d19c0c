using Mik.Configuration.Keys;

namespace Mik.Configuration.Model;

/// <summary>The values of a file by row of the key table; an absent one has its default.</summary>
/// <param name="folder">The folder of mik.toml, absolute: paths are relative to it.</param>
internal sealed class KeyValues(string folder)
{
    private readonly Dictionary<ConfigurationKey, object> _values = [];

    /// <summary>Whether the file has it.</summary>
    public bool Has(ConfigurationKey key) => _values.ContainsKey(key);

    /// <summary>Sets what the file has.</summary>
    public void Set(ConfigurationKey key, object value) => _values[key] = value;

    /// <summary>A string or null.</summary>
    public string? Text(ConfigurationKey key) => (string?)Get(key);

    /// <summary>A path, absolute, or null.</summary>
    public string? Path(ConfigurationKey key) => Text(key) is { } path ? System.IO.Path.GetFullPath(path, folder) : null;

    /// <summary>A whole number.</summary>
    public long Integer(ConfigurationKey key) => (long)Get(key)!;

    /// <summary>An integer, or null where there is neither a value nor a default.</summary>
    public long? IntegerOrNull(ConfigurationKey key) => (long?)Get(key);

    /// <summary>A number.</summary>
    public double Number(ConfigurationKey key) => (double)Get(key)!;

    /// <summary>A truth value.</summary>
    public bool Boolean(ConfigurationKey key) => (bool)Get(key)!;

    /// <summary>Strings.</summary>
    public IReadOnlyList<string> Texts(ConfigurationKey key) => (IReadOnlyList<string>)Get(key)!;

    private object? Get(ConfigurationKey key) => _values.TryGetValue(key, out var value) ? value : key.Default;
}
