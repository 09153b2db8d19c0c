using System.Text.Json;
using Mik.Configuration.Keys;
using Mik.Testing;

namespace Mik.Configuration.Tests.Documents;

/// <summary>The schema and the reference page are what the table says. <c>MIK_UPDATE_GOLDEN=1</c> writes them again.</summary>
public sealed class DocumentTests
{
    private const string Begin = "<!-- keys: written from the table -->";
    private const string End = "<!-- end of keys -->";

    [Fact]
    public void Schema_IsWhatTheTableSays()
    {
        var path = RepositoryRoot.Combine("docs", "mik.schema.json");
        var schema = SchemaWriter.Write();
        if (IsUpdate)
        {
            File.WriteAllText(path, schema);
        }

        Assert.Equal(schema, File.ReadAllText(path));
        var sections = JsonDocument.Parse(schema).RootElement.GetProperty("properties");
        Assert.All(
            KeyTable.Keys,
            key => Assert.NotEmpty(PropertiesOf(sections.GetProperty(key.Section)).GetProperty(key.Name).GetProperty("description").GetString()!));
    }

    private static JsonElement PropertiesOf(JsonElement section) =>
        section.TryGetProperty("properties", out var properties) ? properties : section.GetProperty("additionalProperties").GetProperty("properties");

    [Fact]
    public void ReferencePage_IsWhatTheTableSays()
    {
        var path = RepositoryRoot.Combine("docs", "configuration.md");
        var page = File.ReadAllText(path);
        var (begin, end) = (page.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, page.IndexOf(End, StringComparison.Ordinal));
        var expected = string.Concat(page.AsSpan(0, begin), "\n", ReferenceWriter.Write(), page.AsSpan(end));
        if (IsUpdate)
        {
            File.WriteAllText(path, expected);
        }

        Assert.Equal(expected, File.ReadAllText(path));
    }

    private static bool IsUpdate => Environment.GetEnvironmentVariable("MIK_UPDATE_GOLDEN") == "1";
}
