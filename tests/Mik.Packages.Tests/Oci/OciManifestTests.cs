using System.Text;
using Mik.Packages.Oci;

namespace Mik.Packages.Tests.Oci;

public sealed class OciManifestTests
{
    private const string D = "\"sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\"";

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("<html>")]
    [InlineData("{}")]
    [InlineData("""{"layers":{}}""")]
    [InlineData("""{"layers":[1]}""")]
    [InlineData("""{"layers":[{}]}""")]
    [InlineData("""{"layers":[{"digest":"sha256:../../x","size":1}]}""")]
    [InlineData("""{"layers":[{"digest":""" + D + """}]}""")]
    [InlineData("""{"layers":[{"digest":""" + D + ""","size":-1}]}""")]
    [InlineData("""{"layers":[{"digest":""" + D + ""","size":1e400}]}""")]
    [InlineData("""{"schemaVersion":1,"layers":[]}""")]
    [InlineData("""{"schemaVersion":"2","layers":[]}""")]
    public void Parse_Malformed_IsAFormatException(string text) =>
        Assert.Throws<FormatException>(() => Parse(text));

    [Fact]
    public void Parse_DeepNesting_IsAFormatException() => Assert.Throws<FormatException>(() => Parse(new string('[', 100_000)));

    [Theory]
    [InlineData("application/wasm", null)]
    [InlineData("application/vnd.wasm.content.layer.v1+wasm", null)]
    [InlineData("application/octet-stream", "x.wasm")]
    [InlineData("application/octet-stream", null)]
    public void Layer_OfEveryLayout_IsFound(string type, string? title) =>
        Assert.Equal(7, ComponentChoice.Layer(Parse($$"""{"layers":[{{Layer(type, 7, title)}}]}""")).Size);

    [Fact]
    public void Layer_AmongOthers_IsTheWebAssemblyOne() =>
        Assert.Equal(
            2, ComponentChoice.Layer(Parse($$"""{"layers":[{{Layer("text/plain", 1, "README", '1')}},{{Layer("application/wasm", 2, null, '2')}}]}""")).Size);

    [Theory]
    [InlineData("", "no layer")]
    [InlineData("image", "container image")]
    [InlineData("two", "more than one")]
    [InlineData("huge", "at most")]
    [InlineData("texts", "an artifact with a (text/plain), b (text/plain), not a component")]
    [InlineData("text file", "an artifact with notes.txt (application/vnd.oci.image.layer.v1.tar), not a component")]
    [InlineData("folder", "an artifact with docs (application/vnd.oci.image.layer.v1.tar+gzip), not a component")]
    public void Layer_NotClear_IsExplained(string kind, string expected)
    {
        var layers = kind switch
        {
            "image" => Layer("application/vnd.oci.image.layer.v1.tar+gzip", 1, null),
            "two" => Layer("application/wasm", 1, "a", '1') + "," + Layer("application/wasm", 2, "b", '2'),
            "text file" => Layer("application/vnd.oci.image.layer.v1.tar", 1, "notes.txt"),
            "folder" => Layer("application/vnd.oci.image.layer.v1.tar+gzip", 1, "docs"),
            "huge" => Layer("application/wasm", long.MaxValue, null),
            "texts" => Layer("text/plain", 1, "a", '1') + "," + Layer("text/plain", 2, "b", '2'),
            _ => "",
        };

        var error = Assert.Throws<FormatException>(() => ComponentChoice.Layer(Parse($$"""{"layers":[{{layers}}]}""")));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Manifest_OfAnIndex_IsTheOneForWebAssembly()
    {
        var index = Parse($$"""
            {"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[
              {"digest":{{Digit('1')}},"size":1,"platform":{"os":"linux","architecture":"amd64"} },
              {"digest":{{Digit('2')}},"size":2,"platform":{"os":"wasip2","architecture":"wasm"} }]}
            """);

        Assert.True(index.IsIndex);
        Assert.Equal(2, ComponentChoice.Manifest(index).Size);
    }

    [Theory]
    [InlineData("wasip1/wasm", "wasip2/wasm", 2)]
    [InlineData("wasip2/wasm", "wasip1/wasm", 1)]
    [InlineData("wasip1/wasm", "wasi/wasm", 2)]
    [InlineData("wasip1/wasm32", "linux/amd64", 1)]
    [InlineData("wasip3/wasm", "wasip1/wasm", 1)]
    [InlineData("wasip3/wasm", "wasip2/wasm", 2)]
    public void Manifest_OfAnIndexOfSeveralForWebAssembly_IsTheOneForComponents(string first, string second, int expected) =>
        Assert.Equal(expected, ComponentChoice.Manifest(Parse(Index(first, second))).Size);

    [Fact]
    public void Manifest_OfAnIndexOfTwoAlike_NamesThemAndTheWayOut()
    {
        var error = Assert.Throws<FormatException>(() => ComponentChoice.Manifest(Parse(Index("wasip2/wasm", "wasip2/wasm"))));

        Assert.Contains("wasip2/wasm sha256:1111", error.Message, StringComparison.Ordinal);
        Assert.Contains("REFERENCE@sha256:", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Manifest_OfAnIndexOfImages_IsExplained()
    {
        var index = Parse($$"""
            {"manifests":[
              {"digest":{{Digit('1')}},"size":1,"platform":{"os":"linux","architecture":"amd64"} },
              {"digest":{{Digit('2')}},"size":2,"platform":{"os":"linux","architecture":"arm64\u001b[2J"} }]}
            """);

        var error = Assert.Throws<FormatException>(() => ComponentChoice.Manifest(index));
        Assert.Contains("linux/amd64", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\e', error.Message);
    }

    [Fact]
    public void Package_SameInput_GivesTheSameBytes()
    {
        var one = ComponentPackage.Of([1, 2, 3], ["a:b/c"], ["d:e/f"], DateTimeOffset.UnixEpoch, [new("org.opencontainers.image.version", "1")]);
        var two = ComponentPackage.Of([1, 2, 3], ["a:b/c"], ["d:e/f"], DateTimeOffset.UnixEpoch, [new("org.opencontainers.image.version", "1")]);

        Assert.Equal(one.Manifest, two.Manifest);
        Assert.Contains("""
            "component":{"exports":["d:e/f"],"imports":["a:b/c"]}
            """, Encoding.UTF8.GetString(one.Config), StringComparison.Ordinal);
        Assert.Equal(3, ComponentChoice.Layer(OciManifest.Parse(one.Manifest, Digest.Of(one.Manifest), contentType: null)).Size);
    }

    private static string Index(params string[] platforms) => $$"""{"manifests":[{{string.Join(',', platforms.Select((platform, index) =>
        $$"""{"digest":{{Digit((char)('1' + index))}},"size":{{index + 1}},"platform":{"os":"{{platform.Split('/')[0]}}","architecture":"{{platform.Split('/')[1]}}"} }"""))}}]}""";

    private static OciManifest Parse(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return OciManifest.Parse(bytes, Digest.Of(bytes), contentType: null);
    }

    private static string Digit(char digit) => $"\"sha256:{new string(digit, 64)}\"";

    private static string Layer(string type, long size, string? title, char digit = '0') =>
        $$"""{"mediaType":"{{type}}","digest":{{Digit(digit)}},"size":{{size}}{{(title is null ? "" : $$""","annotations":{"org.opencontainers.image.title":"{{title}}"}""")}}}""";
}
