namespace Mik.Toml.Tests;

public sealed class DocumentEditTests
{
    private const string Manifest = """
        # My project
        [project]
        name = "api"   # keep me

        [dependencies]
        "dufeutech/router" = "latest" # pinned soon
        utils = { path = "../utils" }

        [tracing]
        service_name = 'x'
        """;

    [Fact]
    public void Set_NewKey_AddsOneLineBehindTheLastEntryOfItsTable()
    {
        var edited = TomlDocument.Parse(Manifest).Set(["dependencies"], "dufeutech/auth", "\"v1\"");
        Assert.Equal(
            Manifest.Replace("utils = { path = \"../utils\" }\n", "utils = { path = \"../utils\" }\n\"dufeutech/auth\" = \"v1\"\n", StringComparison.Ordinal),
            edited.Text);
    }

    [Fact]
    public void Set_KnownKey_ReplacesTheValueOnly()
    {
        var edited = TomlDocument.Parse(Manifest).Set(["dependencies"], "dufeutech/router", "\"v2\"");
        Assert.Equal(Manifest.Replace("\"latest\" #", "\"v2\" #", StringComparison.Ordinal), edited.Text);
    }

    [Fact]
    public void Remove_TakesTheLineAndNothingElse()
    {
        var edited = TomlDocument.Parse(Manifest).Remove(["dependencies"], "utils");
        Assert.Equal(Manifest.Replace("utils = { path = \"../utils\" }\n", "", StringComparison.Ordinal), edited.Text);
    }

    [Fact]
    public void Set_MissingTable_AppendsIt()
    {
        Assert.Equal("a = 1\n\n[x.\"y z\"]\nk = true\n", TomlDocument.Parse("a = 1\n").Set(["x", "y z"], "k", "true").Text);
        Assert.Equal("[d]\nk = 1\n", TomlDocument.Parse("").Set(["d"], "k", "1").Text);
        Assert.Equal("a = 1\n\n[d]\nk = 1\n", TomlDocument.Parse("a = 1").Set(["d"], "k", "1").Text);
    }

    [Theory]
    [InlineData("[d]\r\na = 1\r\n[e]\r\n", "[d]\r\na = 1\r\nk = 1\r\n[e]\r\n")]
    [InlineData("[d]\n[e]\nb = 1", "[d]\nk = 1\n[e]\nb = 1")]
    [InlineData("[d]", "[d]\nk = 1")]
    [InlineData("[d.sub]\nx = 1\n", "[d.sub]\nx = 1\n\n[d]\nk = 1\n")]
    [InlineData("d = { a = 1 }\n", "d = { a = 1, k = 1 }\n")]
    [InlineData("d = {}\n", "d = { k = 1 }\n")]
    [InlineData("[d]\na = [\n 1,\n 2 ] # c\n# end\n", "[d]\na = [\n 1,\n 2 ] # c\nk = 1\n# end\n")]
    [InlineData("[d]\na = 1\n[d.e]\nf = 1\n", "[d]\na = 1\nk = 1\n[d.e]\nf = 1\n")]
    public void Set_InAnyLayout_ChangesOnlyWhatItMust(string before, string after)
    {
        var edited = TomlDocument.Parse(before).Set(["d"], "k", "1");
        Assert.Equal(after, edited.Text);
        Assert.Empty(edited.Errors);
        Assert.Equal(Without(before), Without(edited.Remove(["d"], "k").Text));

        static string Without(string text) =>
            text.Replace("\n\n[d]\n", "\n", StringComparison.Ordinal).Replace("{  }", "{}", StringComparison.Ordinal).TrimEnd('\n');
    }

    [Fact]
    public void Set_AtTheTop_StandsBeforeTheFirstHeader() =>
        Assert.Equal("k = 1\n\n[d]\na = 1\n", TomlDocument.Parse("[d]\na = 1\n").Set([], "k", "1").Text);

    [Theory]
    [InlineData("= 1")]
    [InlineData("a = 1\na = 2")]
    public void Edit_OfADocumentWithErrors_IsRefused(string text) =>
        Assert.Throws<InvalidOperationException>(() => TomlDocument.Parse(text).Set([], "k", "1"));

    [Fact]
    public void Set_WithSomethingThatIsNoValue_IsRefused() =>
        Assert.Throws<InvalidOperationException>(() => TomlDocument.Parse("a = 1").Set([], "k", "1\n[x]\n= "));

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("user/repo", "\"user/repo\"")]
    [InlineData("", "\"\"")]
    [InlineData("a\"b\\c\n\u0001", "\"a\\\"b\\\\c\\n\\u0001\"")]
    public void Key_IsQuotedWhereItMustBe(string key, string expected)
    {
        Assert.Equal(expected, TomlText.Key(key));
        Assert.True(TomlDocument.Parse($"{TomlText.Key(key)} = 1").Root.TryGet(key, out _));
    }
}
