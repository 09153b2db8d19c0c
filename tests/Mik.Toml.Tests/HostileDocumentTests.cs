using System.Text;

namespace Mik.Toml.Tests;

/// <summary>Input that is made to hurt is refused with a place, at once.</summary>
public sealed class HostileDocumentTests
{
    public static TheoryData<string, string> Documents() => new()
    {
        { "arrays", "a = " + new string('[', 100_000) },
        { "closed arrays", "a = " + new string('[', 100_000) + new string(']', 100_000) },
        { "inline tables", "a = " + string.Concat(Enumerable.Repeat("{a=", 100_000)) },
        { "dotted keys", string.Join('.', Enumerable.Repeat("a", 100_000)) + " = 1" },
        { "header", "[" + string.Join('.', Enumerable.Repeat("a", 100_000)) + "]" },
        { "a long number", "a = " + new string('9', 1_000_000) },
        { "a long word", "a = " + new string('x', 10_000_000) },
        { "an open string", "a = \"" + new string('x', 1_000_000) },
        { "carriage returns", "a = 1\rb = 2\r" },
        { "a null", "a = \"\0\"" },
        { "nulls", new string('\0', 1000) },
        { "a surrogate escaped", "a = \"\\ud800\"" },
        { "quotes", new string('"', 100_001) },
        { "many errors", string.Concat(Enumerable.Repeat("= 1\n", 100_000)) },
    };

    [Theory]
    [MemberData(nameof(Documents))]
    public async Task Parse_Hostile_GivesErrors(string what, string text)
    {
        Assert.NotEmpty(what);
        var document = await Task.Run(() => TomlDocument.Parse(text)).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.NotEmpty(document.Errors);
        Assert.True(document.Errors.Count <= 100);
        Assert.All(document.Errors, error => Assert.True(error.Position is { Line: >= 1, Column: >= 1 }));
    }

    [Fact]
    public void Parse_BytesThatAreNoUtf8_SaysWhere()
    {
        var document = TomlDocument.Parse([.. "a = 1\nb = \""u8, 0xC3, 0x28, .. "\"\n"u8]);
        var error = Assert.Single(document.Errors);
        Assert.Equal(2, error.Position.Line);
        Assert.Contains("UTF-8", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData('\ud800')]
    [InlineData('\udc00')]
    public void Parse_ALoneSurrogate_IsRefused(char surrogate) => Assert.Single(TomlDocument.Parse($"a = \"{surrogate}\"").Errors);

    [Fact]
    public void Parse_AnyCutOfADocument_NeverThrows()
    {
        const string Text = "[a.\"b c\"]\nx = [1, { y = \"\\u00e9\", z = 1979-05-27T07:32:00Z }, '''a\nb''']\n[[t]]\nk.l = 0xFF # c\n";
        for (var i = 0; i <= Text.Length; i++)
        {
            TomlDocument.Parse(Text[..i]);
            TomlDocument.Parse(Text.Remove(i / 2, Math.Min(3, Text.Length - (i / 2))));
        }
        var random = new Random(1);
        var bytes = Encoding.UTF8.GetBytes(Text);
        for (var i = 0; i < 20_000; i++)
        {
            var copy = (byte[])bytes.Clone();
            copy[random.Next(copy.Length)] = (byte)random.Next(256);
            copy[random.Next(copy.Length)] = (byte)random.Next(256);
            TomlDocument.Parse(copy);
        }
    }

    [Fact]
    public void Parse_SeveralErrors_ReportsAllOfThem()
    {
        var document = TomlDocument.Parse("a = \nb = 1\nc = yes\n[x\nd = 2\nb = 3\n");
        Assert.Equal([(1, 5), (3, 5), (4, 3)], document.Errors.Select(error => (error.Position.Line, error.Position.Column)));
        Assert.True(document.Root.TryGet("b", out _));
    }
}
