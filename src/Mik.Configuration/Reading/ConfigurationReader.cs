using Mik.Configuration.Keys;
using Mik.Configuration.Model;
using Mik.Toml;
using Mik.Toml.Model;

namespace Mik.Configuration.Reading;

/// <summary>Document → configuration, by the key table.</summary>
internal sealed class ConfigurationReader(string file, TomlDocument document, Func<string, string?>? hostRule)
{
    private readonly ProblemList _problems = new(file, document);
    private readonly KeyValues _values = new(Path.GetDirectoryName(file)!);

    private readonly Dictionary<string, ModuleSection> _modules = new(StringComparer.Ordinal);
    private IReadOnlyList<Dependency> _dependencies = [];
    private IReadOnlyList<EnvironmentVariable> _environment = [];

    /// <summary>Reads all of it.</summary>
    public ConfigurationResult Read()
    {
        foreach (var error in document.Errors)
        {
            _problems.Error(error);
        }

        foreach (var entry in document.Root.Entries)
        {
            ReadSection(entry);
        }

        var configuration = _problems.HasErrors
            ? null
            : new MikConfiguration(file, document, _values) { Dependencies = _dependencies, Environment = _environment, Modules = _modules };
        return new ConfigurationResult(configuration, _problems.InOrder());
    }

    private void ReadSection(TomlEntry entry)
    {
        var section = entry.Key;
        if (KeyTable.Sections.All(known => known.Name != section))
        {
            WarnOfUnknownSection(entry);
        }
        else if (entry.Value is not TomlTable table)
        {
            _problems.Error("config-value", entry.KeySpan, $"{section} must be a table: write [{section}] on a line of its own");
        }
        else if (section == KeyTable.Dependencies)
        {
            _dependencies = new DependencyReader(_problems, Path.GetDirectoryName(file)!).Read(table);
        }
        else if (section == KeyTable.Environment)
        {
            _environment = new EnvironmentReader(_problems, Path.GetDirectoryName(file)!).Read(table);
        }
        else if (section == KeyTable.ModuleTables)
        {
            ReadModules(table);
        }
        else
        {
            ReadKeys(entry, table, _values);
        }
    }

    private void ReadModules(TomlTable table)
    {
        foreach (var entry in table.Entries)
        {
            if (entry.Value is not TomlTable module)
            {
                _problems.Error("config-value", entry.KeySpan, $"modules.{entry.Key} must be a table: write [modules.{entry.Key}] on a line of its own");
                continue;
            }

            var values = new KeyValues(Path.GetDirectoryName(file)!);
            foreach (var setting in module.Entries)
            {
                ReadKey(KeyTable.ModuleTables, setting, values);
            }

            _modules[entry.Key] = new ModuleSection(values);
        }
    }

    private void ReadKeys(TomlEntry section, TomlTable table, KeyValues values)
    {
        foreach (var entry in table.Entries)
        {
            ReadKey(section.Key, entry, values);
        }

        // A line that is no TOML may be the key that seems to be missing.
        foreach (var key in KeyTable.In(section.Key).Where(key => key.IsRequired && document.Errors.Count == 0 && !table.TryGet(key.Name, out _)))
        {
            _problems.Error("config-missing-key", section.KeySpan, $"{key.FullName} is missing: it must be {key.Expectation}");
        }
    }

    private void ReadKey(string section, TomlEntry entry, KeyValues values)
    {
        if (KeyTable.Find(section, entry.Key) is not { } key)
        {
            WarnOfUnknownKey(section, entry);
        }
        else if (Value(key, entry.Value) is { } value)
        {
            if (key == KeyTable.Static && HoldsThis((string)value))
            {
                _problems.Error("config-value", entry.Value.Span, $"{key.FullName} is for everyone, and mik.toml is in it: give it a folder of its own");
            }

            values.Set(key, value);
        }
    }

    private bool HoldsThis(string folder)
    {
        var way = Path.GetRelativePath(Path.GetFullPath(folder, Path.GetDirectoryName(file)!), file);
        return !way.StartsWith(".." + Path.DirectorySeparatorChar, StringComparison.Ordinal) && !Path.IsPathRooted(way);
    }

    private object? Value(ConfigurationKey key, TomlValue value)
    {
        var scalar = (value as TomlScalar)?.Value;
        switch (key.Kind)
        {
            case KeyKind.Boolean when scalar is bool:
                return scalar;
            case KeyKind.Integer when scalar is long integer && key.Admits(integer):
                return integer;
            case KeyKind.Number when scalar is long integer && key.Admits(integer):
                return (double)integer;
            case KeyKind.Number when scalar is double number && key.Admits(number):
                return number;
            case KeyKind.Text or KeyKind.Path when scalar is string text && key.Rule?.IsMet(text) != false && IsPath(key, text):
                return text;
            case KeyKind.TextArray when value is TomlArray array:
                return Texts(key, array);
            default:
                _problems.Error("config-value", value.Span, $"{key.FullName} must be {key.Expectation}, not {_problems.Excerpt(value)}");
                return null;
        }
    }

    // The operating system ends names at NUL.
    private static bool IsPath(ConfigurationKey key, string text) => key.Kind != KeyKind.Path || !text.Contains('\0', StringComparison.Ordinal);

    private string[]? Texts(ConfigurationKey key, TomlArray array)
    {
        var texts = new List<string>();
        foreach (var item in array.Items)
        {
            if (item is not TomlScalar { Value: string text })
            {
                _problems.Error("config-value", item.Span, $"{key.FullName} must be {key.Expectation}; {_problems.Excerpt(item)} is no string");
            }
            else if (key == KeyTable.HttpAllowed && hostRule?.Invoke(text) is { } wrong)
            {
                _problems.Error("config-value", item.Span, $"{key.FullName}: {wrong}");
            }
            else if (key.Rule is { } rule && !rule.IsMet(text))
            {
                _problems.Error("config-value", item.Span, $"{key.FullName} must be {key.Expectation}, not {_problems.Excerpt(item)}");
            }
            else
            {
                texts.Add(text);
            }
        }

        return texts.Count == array.Items.Count ? [.. texts] : null;
    }

    private void WarnOfUnknownSection(TomlEntry entry)
    {
        var homes = KeyTable.Keys.Where(key => key.Name == entry.Key).Select(key => $"[{key.Section}]").ToArray();
        var hint = homes.Length > 0
            ? $"it belongs in {string.Join(" or ", homes)}"
            : Hint(entry.Key, KeyTable.Sections.Select(section => section.Name), "sections");
        _problems.Warning(
            "config-unknown-key", entry.KeySpan,
            $"there is no {(entry.Value is TomlTable ? "section" : "key")} '{entry.Key}'{(homes.Length > 0 ? " outside of sections" : "")}; {hint}");
    }

    private void WarnOfUnknownKey(string section, TomlEntry entry)
    {
        var homes = KeyTable.Keys.Where(key => key.Name == entry.Key).Select(key => $"[{key.Section}]").ToArray();
        var hint = homes.Length > 0
            ? $"it belongs in {string.Join(" or ", homes)}"
            : Hint(entry.Key, KeyTable.In(section).Select(key => key.Name), "keys");
        _problems.Warning("config-unknown-key", entry.KeySpan, $"there is no key '{entry.Key}' in [{section}]; {hint}");
    }

    private static string Hint(string name, IEnumerable<string> known, string what)
    {
        var names = known.ToArray();
        return NearestName.Of(name, names) is { } nearest ? $"did you mean '{nearest}'?" : $"its {what} are {string.Join(", ", names)}";
    }
}
