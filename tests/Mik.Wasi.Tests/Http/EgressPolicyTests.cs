using System.Net;
using Mik.Wasi.Http.Egress;

namespace Mik.Wasi.Tests.Http;

public sealed class EgressPolicyTests
{
    [Theory]
    [InlineData("*", "http://anything.example/", true)]
    [InlineData("api.example.com", "https://api.example.com/", true)]
    [InlineData("api.example.com", "https://API.Example.COM./", true)]
    [InlineData("api.example.com", "http://api.example.com:8080/", true)]
    [InlineData("api.example.com", "https://api.example.com.evil.org/", false)]
    [InlineData("api.example.com", "https://xapi.example.com/", false)]
    [InlineData("api.example.com", "https://example.com/", false)]
    [InlineData("*.example.com", "https://a.example.com/", true)]
    [InlineData("*.example.com", "https://a.b.c.example.com/", true)]
    [InlineData("*.example.com", "https://example.com/", false)]
    [InlineData("*.example.com", "https://evilexample.com/", false)]
    [InlineData("*.example.com", "https://a.example.com.evil.org/", false)]
    [InlineData("https://api.example.com", "https://api.example.com/", true)]
    [InlineData("https://api.example.com", "http://api.example.com/", false)]
    [InlineData("api.example.com:8443", "https://api.example.com:8443/", true)]
    [InlineData("api.example.com:8443", "https://api.example.com/", false)]
    [InlineData("https://*.example.com:8443", "https://a.example.com:8443/", true)]
    [InlineData("https://*.example.com:8443", "https://a.example.com/", false)]
    [InlineData("127.0.0.1", "http://127.0.0.1:9/", true)]
    [InlineData("127.0.0.1", "http://2130706433/", true)]
    [InlineData("[::1]:80", "http://[::1]/", true)]
    [InlineData("[::1]:81", "http://[::1]/", false)]
    [InlineData("xn--bcher-kva.example", "https://bücher.example/", true)]
    public void Allows_EntryAndUrl_AsDocumented(string entry, string url, bool allowed)
    {
        var uri = new Uri(url);
        Assert.Equal(allowed, EgressPolicy.Parse([entry]).Allows(uri.Scheme, uri.IdnHost, uri.Port));
    }

    [Theory]
    [InlineData("https://api.example.com/", "no path: \"https://api.example.com\"")]
    [InlineData("https://api.example.com/v1/users", "no path: \"https://api.example.com\"")]
    [InlineData("*.example.com/v1", "no path: \"*.example.com\"")]
    [InlineData("10.0.0/8", "a range begins with an address")]
    public void Parse_EntryWithAPath_SaysWhatToWrite(string entry, string said) =>
        Assert.Contains(said, Assert.Throws<FormatException>(() => EgressPolicy.Parse([entry])).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("ftp://a.example")]
    [InlineData("a.example:99999")]
    [InlineData("a.*.example")]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("*.")]
    public void Parse_NoHost_SaysWhich(string entry) =>
        Assert.Contains($"\"{entry}\"", Assert.Throws<FormatException>(() => EgressPolicy.Parse([entry])).Message, StringComparison.Ordinal);

    [Fact]
    public void Allows_NoEntries_DeniesAll() => Assert.False(EgressPolicy.DenyAll.Allows("https", "example.com", 443));

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.255.255.254")]
    [InlineData("10.1.2.3")]
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.168.1.1")]
    [InlineData("169.254.169.254")]
    [InlineData("100.64.0.1")]
    [InlineData("0.0.0.0")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("198.18.0.1")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("fe80::1")]
    [InlineData("fc00::1")]
    [InlineData("fd12:3456::1")]
    [InlineData("ff02::1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("::127.0.0.1")]
    [InlineData("64:ff9b::10.0.0.1")]
    [InlineData("2002:7f00:1::")]
    [InlineData("2001:0:1234::1")]
    public void IsPrivate_AddressOutsideThePublicInternet_IsTrue(string address) => Assert.True(EgressPolicy.IsPrivate(IPAddress.Parse(address)));

    [Theory]
    [InlineData("1.1.1.1")]
    [InlineData("172.15.0.1")]
    [InlineData("172.32.0.1")]
    [InlineData("100.128.0.1")]
    [InlineData("192.169.0.1")]
    [InlineData("2606:4700::1111")]
    [InlineData("64:ff9b::1.1.1.1")]
    [InlineData("::ffff:8.8.8.8")]
    public void IsPrivate_PublicAddress_IsFalse(string address) => Assert.False(EgressPolicy.IsPrivate(IPAddress.Parse(address)));

    [Theory]
    [InlineData("*", "10.0.0.5", false)]
    [InlineData("*", "8.8.8.8", true)]
    [InlineData("*.internal", "10.0.0.5", true)]
    [InlineData("a.internal", "10.0.0.5", true)]
    [InlineData("https://a.internal", "10.0.0.5", false)]
    [InlineData("a.internal", "127.0.0.1", false)]
    [InlineData("a.internal", "169.254.169.254", false)]
    [InlineData("a.internal", "fe80::1%3", false)]
    [InlineData("a.internal", "::ffff:127.0.0.1", false)]
    [InlineData("a.internal", "::ffff:192.168.1.1", true)]
    [InlineData("a.internal", "0.0.0.0", false)]
    [InlineData("a.internal", "::", false)]
    [InlineData("a.internal", "fd12::1", true)]
    [InlineData("10.0.0.0/8", "10.0.0.5", false)]
    public void Admits_AddressOfAName_AsDocumented(string entry, string address, bool admitted) =>
        Assert.Equal(admitted, EgressPolicy.Parse([entry]).Admits("http", "a.internal", 80, IPAddress.Parse(address)));

    [Theory]
    [InlineData("10.0.0.0/33")]
    [InlineData("10.0.0.0/")]
    [InlineData("10.0.0.0/-1")]
    [InlineData("10.0.0.0/08")]
    [InlineData("10.0.0.0/+8")]
    [InlineData("10.0.0.0/ 8")]
    [InlineData("10.0.0.0/255.0.0.0")]
    [InlineData("10.0.0.0/8/8")]
    [InlineData("10.0.0.0/8:x")]
    [InlineData("10/8")]
    [InlineData("010.0.0.0/8")]
    [InlineData("0xa.0.0.0/8")]
    [InlineData("10.0.0.5/8")]
    [InlineData("fd00::1/8")]
    [InlineData("fd00::/129")]
    [InlineData("fe80::%1/10")]
    [InlineData("::ffff:0:0/95")]
    [InlineData("*/8")]
    [InlineData("/8")]
    [InlineData("example.com/8")]
    [InlineData("*.example.com/8")]
    [InlineData("https://example.com/")]
    public void Parse_NoRange_SaysWhich(string entry) =>
        Assert.Contains($"\"{entry}\"", Assert.Throws<FormatException>(() => EgressPolicy.Parse([entry])).Message, StringComparison.Ordinal);

    [Fact]
    public void Parse_RangeWithBitsBehindIt_SaysHowItIsWritten() =>
        Assert.Contains("10.0.0.0/8", Assert.Throws<FormatException>(() => EgressPolicy.Parse(["10.0.0.5/8"])).Message, StringComparison.Ordinal);
}
