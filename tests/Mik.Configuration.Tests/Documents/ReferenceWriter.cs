using System.Globalization;
using System.Text;
using Mik.Configuration.Keys;

namespace Mik.Configuration.Tests.Documents;

/// <summary>Key table → the tables of the reference page.</summary>
internal static class ReferenceWriter
{
    public static string Write()
    {
        var text = new StringBuilder();
        foreach (var (name, description) in KeyTable.Sections)
        {
            var keys = KeyTable.In(name).ToArray();
            if (keys.Length == 0)
            {
                continue;
            }

            var title = name == KeyTable.ModuleTables ? name + ".NAME" : name;
            text.Append(CultureInfo.InvariantCulture, $"\n### `[{title}]`\n\n{description}\n\n| key | type | default | what |\n|---|---|---|---|\n");
            foreach (var key in keys)
            {
                text.Append(CultureInfo.InvariantCulture, $"| `{key.Name}` | {Type(key)} | {Default(key)} | {key.Description}{Instead(key)} |\n");
            }
        }

        return text.ToString();
    }

    private static string Type(ConfigurationKey key) => key.Kind switch
    {
        KeyKind.Integer or KeyKind.Number =>
            string.Create(
                CultureInfo.InvariantCulture,
                $"{(key.Kind == KeyKind.Integer ? "integer" : "number")}, {(key.IsMinimumExclusive ? "above " : "")}{key.Minimum}–{key.Maximum}"),
        KeyKind.Boolean => "boolean",
        KeyKind.TextArray => "array of strings",
        KeyKind.Path => "path",
        _ => key.Rule == TextRules.Name || key.Rule == TextRules.Version ? "string: " + key.Rule.Expectation : "string",
    };

    private static string Default(ConfigurationKey key) => key.Default switch
    {
        null => key.IsRequired ? "required" : "–",
        string text => $"`\"{text}\"`",
        bool truth => truth ? "`true`" : "`false`",
        string[] => "`[]`",
        IFormattable number => $"`{number.ToString(null, CultureInfo.InvariantCulture)}`",
        _ => throw new InvalidOperationException($"{key.FullName} has a default of no known type"),
    };

    private static string Instead(ConfigurationKey key) => (key.Flag, key.Variable) switch
    {
        ({ } flag, { } variable) => $" Flag `{flag}`, environment `{variable}`.",
        ({ } flag, null) => $" Flag `{flag}`.",
        (null, { } variable) => $" Environment `{variable}`.",
        _ => "",
    };
}
