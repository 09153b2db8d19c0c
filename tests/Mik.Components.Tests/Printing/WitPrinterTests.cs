using Mik.Components.Decoding;
using Mik.Components.Model;
using Mik.Components.Printing;
using Mik.Testing;

namespace Mik.Components.Tests.Printing;

public sealed class WitPrinterTests
{
    [Fact]
    public void Print_TypesOfOtherInterfaces_AreUsedFirst()
    {
        var streams = Interface("hello", "streams");

        Assert.Equal(["use error.{error};", "use poll.{pollable};", "resource output-stream {"], streams.Take(3));
        Assert.Equal(["use wasi:io/streams@0.2.3.{output-stream};", "resource fields {"], Interface("hello", "types").Take(2));
    }

    [Fact]
    public void Print_OtherNamesOfAResource_AreAliases()
    {
        var types = Interface("hello", "types");

        Assert.Contains("type headers = fields;", types);
        Assert.Contains("type trailers = fields;", types);
        Assert.Contains("constructor(headers: headers);", types);
        Assert.DoesNotContain("resource headers;", types);
    }

    [Fact]
    public void Print_VersionsOfOneInterface_HaveTypesOfTheirOwn()
    {
        var lines = Lines(Guests.Read("versions"));

        Assert.Equal(2, lines.Count(line => line == "resource error;"));
        Assert.Equal(2, lines.Count(line => line == "use error.{error};"));
    }

    [Fact]
    public void Print_TypeThatTheInterfaceDoesNotExport_IsUsedAllTheSame() =>
        Assert.Equal("use types.{incoming-request, response-outparam};", Interface(Guests.ReadBad("huge-memory"), "incoming-handler")[0]);

    private static string[] Interface(string guest, string name) => Interface(Guests.Read(guest), name);

    private static string[] Interface(byte[] component, string name) =>
        [.. Lines(component).SkipWhile(line => line != $"interface {name} {{").Skip(1)];

    private static string[] Lines(byte[] component) =>
        [.. WitPrinter.Print(Component.Load(component)).Split('\n').Select(line => line.Trim())];
}
