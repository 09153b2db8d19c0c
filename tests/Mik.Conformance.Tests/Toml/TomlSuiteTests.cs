using System.Globalization;
using System.Text;
using System.Text.Json;
using Mik.Conformance.Tests.Suites;
using Mik.Toml;
using Mik.Toml.Model;

namespace Mik.Conformance.Tests.Toml;

/// <summary>The TOML 1.0 cases of the public suite: what is valid says what it should, what is not is refused.</summary>
public sealed class TomlSuiteTests
{
    private static SuiteArchive Archive => SuiteArchive.Open("toml", "toml-test");

    [ConformanceFact]
    public void Document_Valid_SaysWhatItShould()
    {
        var cases = Cases("valid/").ToArray();
        Assert.True(cases.Length >= 210);
        FailureList.AssertEmpty(cases.Select(name =>
        {
            var document = TomlDocument.Parse(Archive.Read(name + ".toml"));
            if (document.Errors.Count > 0)
            {
                return $"{name}: {document.Errors[0]}";
            }
            using var expected = JsonDocument.Parse(Archive.Read(name + ".json"));
            return Difference(document.Root, expected.RootElement) is { } difference ? $"{name}: {difference}" : null;
        }).OfType<string>());
    }

    [ConformanceFact]
    public void Document_Valid_KeepsItsText() => FailureList.AssertEmpty(Cases("valid/").Where(name =>
    {
        var bytes = Archive.Read(name + ".toml");
        return !Encoding.UTF8.GetBytes(TomlDocument.Parse(bytes).ToString()).AsSpan().SequenceEqual(bytes);
    }));

    [ConformanceFact]
    public void Document_Invalid_IsRefusedWithAPlace()
    {
        var cases = Cases("invalid/").ToArray();
        Assert.True(cases.Length >= 499);
        FailureList.AssertEmpty(cases.Where(name =>
        {
            var errors = TomlDocument.Parse(Archive.Read(name + ".toml")).Errors;
            return errors.Count == 0 || errors.Any(error => error.Position.Line < 1 || error.Position.Column < 1);
        }));
    }

    private static IEnumerable<string> Cases(string prefix)
    {
        using var index = JsonDocument.Parse(Archive.Read("index.json"));
        // What the index does not name is the same in every version, the examples of a later version's text aside.
        return [.. Archive.Names.Where(name => name.StartsWith(prefix, StringComparison.Ordinal) && name.EndsWith(".toml", StringComparison.Ordinal))
            .Select(name => name[..^".toml".Length])
            .Where(name => index.RootElement.TryGetProperty(name, out var versions)
                ? versions.EnumerateArray().Any(version => version.GetString() == "v1.0")
                : !name.Contains("/spec-1.1.0/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)];
    }

    private static string? Difference(TomlValue actual, JsonElement expected)
    {
        switch (actual)
        {
            case TomlTable table:
                var names = expected.EnumerateObject().Select(property => property.Name).Order(StringComparer.Ordinal);
                return !names.SequenceEqual(table.Entries.Select(entry => entry.Key).Order(StringComparer.Ordinal))
                    ? $"keys {string.Join(", ", table.Entries.Select(entry => entry.Key))}"
                    : table.Entries.Select(
                        entry => Difference(entry.Value, expected.GetProperty(entry.Key))).FirstOrDefault(difference => difference is not null);
            case TomlArray array:
                return expected.ValueKind != JsonValueKind.Array || expected.GetArrayLength() != array.Items.Count
                    ? "another array"
                    : array.Items.Select((item, i) => Difference(item, expected[i])).FirstOrDefault(difference => difference is not null);
            default:
                var (type, text) = Describe((TomlScalar)actual);
                var (wantedType, wanted) = (expected.GetProperty("type").GetString()!, expected.GetProperty("value").GetString()!);
                return type == wantedType && (text == wanted || IsSameNumber(type, text, wanted) || IsSameTime(type, text, wanted))
                    ? null : $"{type} {text} instead of {wantedType} {wanted}";
        }
    }

    private static (string Type, string Text) Describe(TomlScalar scalar) => scalar.Value switch
    {
        string text => ("string", text),
        long number => ("integer", number.ToString(CultureInfo.InvariantCulture)),
        bool truth => ("bool", truth ? "true" : "false"),
        double.PositiveInfinity => ("float", "inf"),
        double.NegativeInfinity => ("float", "-inf"),
        double number => ("float", double.IsNaN(number) ? "nan" : number.ToString("R", CultureInfo.InvariantCulture)),
        DateTimeOffset time => ("datetime", time.ToString("yyyy-MM-ddTHH:mm:ss.fffffffzzz", CultureInfo.InvariantCulture)),
        DateTime time => ("datetime-local", time.ToString("yyyy-MM-ddTHH:mm:ss.fffffff", CultureInfo.InvariantCulture)),
        DateOnly date => ("date-local", date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)),
        TimeOnly time => ("time-local", time.ToString("HH:mm:ss.fffffff", CultureInfo.InvariantCulture)),
        _ => ("", ""),
    };

    private static bool IsSameNumber(string type, string text, string wanted) => type == "float"
        && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var one)
        && double.TryParse(wanted, NumberStyles.Float, CultureInfo.InvariantCulture, out var other) && one.Equals(other);

    private static bool IsSameTime(string type, string text, string wanted) => type switch
    {
        "datetime" => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture) == DateTimeOffset.Parse(wanted, CultureInfo.InvariantCulture),
        "datetime-local" => DateTime.Parse(text, CultureInfo.InvariantCulture) == DateTime.Parse(wanted, CultureInfo.InvariantCulture),
        "time-local" => TimeOnly.Parse(text, CultureInfo.InvariantCulture) == TimeOnly.Parse(wanted, CultureInfo.InvariantCulture),
        _ => false,
    };
}
