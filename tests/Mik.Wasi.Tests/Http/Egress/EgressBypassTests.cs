using System.Net;
using System.Text;
using Mik.Wasi.Http;
using Mik.Wasi.Http.Types;

namespace Mik.Wasi.Tests.Http.Egress;

/// <summary>Ways around <c>http_allowed</c> that must not work, most of them tried by a real guest.</summary>
public sealed class EgressBypassTests(TestInternet internet) : IClassFixture<TestInternet>
{
    /// <summary>Every spelling of an address outside the public internet, while any host is allowed.</summary>
    [Theory]
    [InlineData("http://127.0.0.1/")]
    [InlineData("http://127.0.0.1:8080/")]
    [InlineData("http://127.1/")]
    [InlineData("http://127.0.1/")]
    [InlineData("http://2130706433/")]
    [InlineData("http://017700000001/")]
    [InlineData("http://0x7f000001/")]
    [InlineData("http://0X7F.0.0.1/")]
    [InlineData("http://0177.0.0.1/")]
    [InlineData("http://0x7f.1/")]
    [InlineData("http://00000177.0.0.1/")]
    [InlineData("http://127.0.0.1./")]
    [InlineData("http://0x7f.0.0.1./")]
    [InlineData("http://127.255.255.254/")]
    [InlineData("http://0/")]
    [InlineData("http://0.0.0.0/")]
    [InlineData("http://10.0.0.5/")]
    [InlineData("http://167772165/")]
    [InlineData("http://172.16.0.1/")]
    [InlineData("http://192.168.0.1/")]
    [InlineData("http://0xc0a80001/")]
    [InlineData("http://100.64.0.1/")]
    [InlineData("http://169.254.169.254/latest/meta-data/")]
    [InlineData("http://2852039166/latest/meta-data/")]
    [InlineData("http://0xa9fea9fe/")]
    [InlineData("http://0251.0376.0251.0376/")]
    [InlineData("http://169.254.43518/")]
    [InlineData("http://100.100.100.200/")]
    [InlineData("http://168.63.129.16/")]
    [InlineData("http://192.0.0.192/")]
    [InlineData("http://255.255.255.255/")]
    [InlineData("http://224.0.0.1/")]
    [InlineData("http://198.18.0.1/")]
    [InlineData("http://[::1]/")]
    [InlineData("http://[::]/")]
    [InlineData("http://[0:0:0:0:0:0:0:1]/")]
    [InlineData("http://[::127.0.0.1]/")]
    [InlineData("http://[::ffff:127.0.0.1]/")]
    [InlineData("http://[::ffff:7f00:1]/")]
    [InlineData("http://[::FFFF:0a00:0005]/")]
    [InlineData("http://[::ffff:169.254.169.254]/")]
    [InlineData("http://[::ffff:0:127.0.0.1]/")]
    [InlineData("http://[64:ff9b::127.0.0.1]/")]
    [InlineData("http://[64:ff9b::a9fe:a9fe]/")]
    [InlineData("http://[64:ff9b:1::1]/")]
    [InlineData("http://[64:ff9b:1:7f00:0:100::]/")]
    [InlineData("http://[2002:7f00:1::]/")]
    [InlineData("http://[2002:a9fe:a9fe::1]/")]
    [InlineData("http://[2001:0:1234::1]/")]
    [InlineData("http://[2001:db8::1]/")]
    [InlineData("http://[2606:4700::5efe:127.0.0.1]/")]
    [InlineData("http://[2606:4700::200:5efe:10.0.0.5]/")]
    [InlineData("http://[fe80::1]/")]
    [InlineData("http://[fe80::1%25eth0]/")]
    [InlineData("http://[fe80::1%1]/")]
    [InlineData("http://[::1%251]/")]
    [InlineData("http://[fec0::1]/")]
    [InlineData("http://[fc00::1]/")]
    [InlineData("http://[fd00:ec2::254]/")]
    [InlineData("http://[fd20:ce::254]/")]
    [InlineData("http://[ff02::1]/")]
    [InlineData("http://[100::1]/")]
    [InlineData("http://[5f00::1]/")]
    [InlineData("http://localhost/")]
    [InlineData("http://LOCALHOST./")]
    [InlineData("http://db.localhost/")]
    [InlineData("http://metadata.google.internal/computeMetadata/v1/")]
    [InlineData("http://internal.example.com/")]
    [InlineData("http://metadata.example.com/")]
    [InlineData("http://six.example.com/")]
    [InlineData("http://mapped.example.com/")]
    [InlineData("https://127.0.0.1/")]
    [InlineData("https://localhost:8443/")]
    [InlineData("http://%31%32%37.0.0.1/")]
    [InlineData("http://127%2e0%2e0%2e1/")]
    [InlineData("http://１２７.０.０.１/")]
    [InlineData("http://①②⑦.0.0.1/")]
    [InlineData("http://127。0。0。1/")]
    [InlineData("http://user@127.0.0.1/")]
    [InlineData("http://api.example.com@127.0.0.1/")]
    public async Task AnyHostAllowed_PrivateAddress_IsNotReached(string url) => await AssertNotReachedAsync(["*"], url);

    /// <summary>Hosts that look like an allowed one.</summary>
    [Theory]
    [InlineData("api.example.com", "http://evil.org/")]
    [InlineData("api.example.com", "http://api.example.com.evil.org/")]
    [InlineData("api.example.com", "http://xapi.example.com/")]
    [InlineData("api.example.com", "http://example.com/")]
    [InlineData("api.example.com", "http://api.example.com@evil.org/")]
    [InlineData("api.example.com", "http://api.example.com:80@evil.org/")]
    [InlineData("api.example.com", "http://evil.org@api.example.com/")]
    [InlineData("api.example.com", "http://@api.example.com/")]
    [InlineData("api.example.com", "http://evil.org%23.api.example.com/")]
    [InlineData("api.example.com", "http://evil.org%2F.api.example.com/")]
    [InlineData("api.example.com", "http://evil.org%00.api.example.com/")]
    [InlineData("api.example.com", "http://evil.org\\.api.example.com/")]
    [InlineData("api.example.com", "http://evil.org\\@api.example.com/")]
    [InlineData("api.example.com", "http://evil.org#@api.example.com/")]
    [InlineData("api.example.com", "http://evil.org?@api.example.com/")]
    [InlineData("api.example.com", "http://api.example.com..evil.org/")]
    [InlineData("api.example.com", "http://api.example.com../")]
    [InlineData("api.example.com", "http://api.exаmple.com/")]
    [InlineData("api.example.com", "http://xn--api-example-com.evil.org/")]
    [InlineData("api.example.com", "http://93.184.216.34/")]
    [InlineData("api.example.com", "http://[::ffff:93.184.216.34]/")]
    [InlineData("api.example.com", "http://api.example.com evil.org/")]
    [InlineData("api.example.com", "http://evil.org api.example.com/")]
    [InlineData("api.example.com", "http://evil.org;api.example.com/")]
    [InlineData("api.example.com", "http://evil.org,api.example.com/")]
    [InlineData("api.example.com", "http:///evil.org/")]
    [InlineData("api.example.com", "http://:80/")]
    [InlineData("*.example.com", "http://example.com/")]
    [InlineData("*.example.com", "http://.example.com/")]
    [InlineData("*.example.com", "http://evilexample.com/")]
    [InlineData("*.example.com", "http://a.example.com.evil.org/")]
    [InlineData("*.example.com", "http://evil.org/.example.com")]
    [InlineData("*.example.com", "http://evil.org?x=.example.com")]
    [InlineData("*.example.com", "http://metadata.example.com/")]
    [InlineData("*.example.com", "http://six.example.com/")]
    [InlineData("*.example.com", "http://nat64.example.com/")]
    [InlineData("*.example.com", "http://zero.example.com/")]
    [InlineData("metadata.example.com", "http://metadata.example.com/")]
    [InlineData("metadata.google.internal", "http://metadata.google.internal/computeMetadata/v1/")]
    [InlineData("six.example.com", "http://six.example.com/")]
    [InlineData("loop.example.com", "http://loop.example.com/")]
    [InlineData("loop.example.com", "http://LOOP.example.com./")]
    [InlineData("aws.example.com", "http://aws.example.com/")]
    [InlineData("azure.example.com", "http://azure.example.com/")]
    [InlineData("alibaba.example.com", "http://alibaba.example.com/")]
    [InlineData("oracle.example.com", "http://oracle.example.com/")]
    [InlineData("db.localhost", "http://db.localhost/")]
    [InlineData("*.localhost", "http://db.localhost/")]
    [InlineData("*.localhost", "http://localhost/")]
    [InlineData("10.0.0.0/8", "http://internal.example.com/")]
    [InlineData("127.0.0.0/8", "http://localhost/")]
    [InlineData("127.0.0.0/8", "http://loop.example.com/")]
    [InlineData("169.254.0.0/16", "http://metadata.google.internal/")]
    [InlineData("0.0.0.0/0", "http://api.example.com/")]
    [InlineData("0.0.0.0/0", "http://127.0.0.1/")]
    [InlineData("0.0.0.0/0", "http://0.0.0.0/")]
    [InlineData("0.0.0.0/0", "http://169.254.169.254/")]
    [InlineData("0.0.0.0/0", "http://168.63.129.16/")]
    [InlineData("0.0.0.0/0", "http://[::ffff:127.0.0.1]/")]
    [InlineData("126.0.0.0/7", "http://127.0.0.1/")]
    [InlineData("168.0.0.0/5", "http://169.254.169.254/")]
    [InlineData("100.64.0.0/10", "http://100.100.100.200/")]
    [InlineData("::/0", "http://[::1]/")]
    [InlineData("::/0", "http://[fe80::1]/")]
    [InlineData("::/0", "http://[::]/")]
    [InlineData("::/0", "http://[::ffff:10.0.0.5]/")]
    [InlineData("::/0", "http://10.0.0.5/")]
    [InlineData("fc00::/7", "http://[fd00:ec2::254]/")]
    [InlineData("fc00::/7", "http://[fd20:ce::254]/")]
    [InlineData("64:ff9b::/96", "http://[64:ff9b::127.0.0.1]/")]
    [InlineData("64:ff9b::/96", "http://[64:ff9b::a9fe:a9fe]/")]
    [InlineData("2002::/16", "http://[2002:7f00:1::]/")]
    [InlineData("10.0.0.0/8", "http://11.0.0.1/")]
    [InlineData("10.0.0.0/8", "http://192.168.0.1/")]
    [InlineData("10.0.0.0/8:8080", "http://10.0.0.5/")]
    [InlineData("https://10.0.0.0/8", "http://10.0.0.5/")]
    [InlineData("10.0.0.4/31", "http://10.0.0.6/")]
    [InlineData("10.0.0.0/8", "http://[fe80::1%25eth0]/")]
    [InlineData("api.example.com:8443", "https://api.example.com/")]
    [InlineData("api.example.com:8443", "https://api.example.com:08444/")]
    [InlineData("api.example.com:8443", "https://api.example.com:8443:443/")]
    [InlineData("api.example.com:8443", "https://api.example.com:+443/")]
    [InlineData("api.example.com:8443", "https://api.example.com:73979/")]
    [InlineData("api.example.com:8443", "https://api.example.com:/")]
    [InlineData("https://api.example.com", "http://api.example.com/")]
    [InlineData("https://api.example.com", "http://api.example.com:443/")]
    [InlineData("http://api.example.com", "https://api.example.com/")]
    [InlineData("127.0.0.1:9", "http://127.0.0.1/")]
    [InlineData("127.0.0.1", "http://127.0.0.2/")]
    [InlineData("127.0.0.1", "http://localhost/")]
    [InlineData("localhost", "http://127.0.0.1/")]
    [InlineData("[::1]", "http://127.0.0.1/")]
    [InlineData("", "http://api.example.com/")]
    public async Task SomeHostsAllowed_AnotherOne_IsNotReached(string allowed, string url) =>
        await AssertNotReachedAsync(allowed.Length == 0 ? [] : [allowed], url);

    [Theory]
    [InlineData("ftp")]
    [InlineData("file")]
    [InlineData("ws")]
    [InlineData("gopher")]
    [InlineData("http:")]
    [InlineData("http://evil.org/?")]
    [InlineData("unix")]
    public void Scheme_OtherThanHttp_IsRefused(string scheme)
    {
        using var outgoing = internet.Allow("*");
        var request = OutgoingRequest.Create(new WasiContext(), Fields.Create(new WasiContext()));
        var isSet = request.SetScheme(new Scheme(2, scheme)).IsOk;
        Assert.True(request.SetAuthority("api.example.com").IsOk);

        Assert.True(!isSet || Send(outgoing, request).Error.Name == "HTTP-request-URI-invalid");
    }

    [Theory]
    [InlineData("/\r\nHost: evil.org")]
    [InlineData("/ HTTP/1.1\r\nX: y")]
    [InlineData("/x y")]
    [InlineData("/\tx")]
    [InlineData("/\0")]
    [InlineData("/#fragment")]
    [InlineData("/ü")]
    public void Path_ThatWouldBreakTheRequestLine_IsRefused(string path) =>
        Assert.False(OutgoingRequest.Create(new WasiContext(), Fields.Create(new WasiContext())).SetPathWithQuery(path).IsOk);

    [Theory]
    [InlineData("http://evil.org/", "/http://evil.org/")]
    [InlineData("//evil.org/", "//evil.org/")]
    [InlineData("@evil.org/", "/@evil.org/")]
    [InlineData(":80@evil.org/", "/:80@evil.org/")]
    [InlineData(".evil.org/", "/.evil.org/")]
    [InlineData("\\\\evil.org\\", "/\\\\evil.org\\")]
    [InlineData("/../../x", "/../../x")]
    [InlineData("*", "/*")]
    public async Task Path_ThatLooksLikeAnotherHost_StaysAPathOfTheAllowedOne(string path, string sent)
    {
        using var listener = new LoopbackListener();
        using var outgoing = new OutgoingHttpOverLoopback();
        var request = OutgoingRequest.Create(new WasiContext(), Fields.Create(new WasiContext()));
        Assert.True(request.SetScheme(Scheme.Parse("http")).IsOk && request.SetAuthority(listener.Authority).IsOk && request.SetPathWithQuery(path).IsOk);

        using var future = Send(outgoing.Client, request).Value!;

        Assert.Equal([$"GET {sent} HTTP/1.1", $"Host: {listener.Authority}"], (await listener.ReadHeadAsync())[..2]);
    }

    [Fact]
    public async Task Fields_CopiedFromAClient_DoNotChooseTheHost()
    {
        using var listener = new LoopbackListener();
        using var outgoing = new OutgoingHttpOverLoopback();
        var received = Fields.Received(
        [
            new("host", "evil.org"u8.ToArray()), new("connection", "x-custom"u8.ToArray()), new("transfer-encoding", "chunked"u8.ToArray()),
            new("upgrade", "websocket"u8.ToArray()), new("te", "trailers"u8.ToArray()), new("x-custom", "kept"u8.ToArray()),
        ]);
        var request = OutgoingRequest.Create(new WasiContext(), received.Clone(new WasiContext()));
        Assert.True(request.SetScheme(Scheme.Parse("http")).IsOk && request.SetAuthority(listener.Authority).IsOk);

        using var future = Send(outgoing.Client, request).Value!;

        Assert.Equal(["GET / HTTP/1.1", $"Host: {listener.Authority}", "x-custom: kept"], await listener.ReadHeadAsync());
    }

    [Theory]
    [InlineData("Host", "evil.org")]
    [InlineData("Transfer-Encoding", "chunked")]
    [InlineData("Connection", "close")]
    [InlineData("Proxy-Authorization", "Basic eA==")]
    [InlineData("Upgrade", "h2c")]
    [InlineData("x", "a\r\nHost: evil.org")]
    [InlineData("x", "a\nb")]
    [InlineData("x\r\nHost", "evil.org")]
    [InlineData("x:", "y")]
    [InlineData("", "y")]
    public void Fields_ThatWouldChangeTheRequest_AreRefused(string name, string value)
    {
        Assert.False(Fields.Create(new WasiContext()).Append(name, Encoding.UTF8.GetBytes(value)).IsOk);
        Assert.False(Fields.Create(new WasiContext()).Set(name, [Encoding.UTF8.GetBytes(value)]).IsOk);
        Assert.False(Fields.FromList(new WasiContext(), [(name, Encoding.UTF8.GetBytes(value))]).IsOk);
    }

    [Theory]
    [InlineData("+5")]
    [InlineData("-1")]
    [InlineData("5, 5")]
    [InlineData("0x5")]
    [InlineData(" 5")]
    [InlineData("5 ")]
    [InlineData("18446744073709551616")]
    [InlineData("5")]
    [InlineData("5", "6")]
    [InlineData("5", "5")]
    public void ContentLength_ThatIsNotTheBodys_IsRefused(params string[] values)
    {
        using var outgoing = internet.Allow("*");
        var fields = Fields.FromList(new WasiContext(), [.. values.Select(value => ("content-length", Encoding.ASCII.GetBytes(value)))]).Value!;
        var request = OutgoingRequest.Create(new WasiContext(), fields);
        Assert.True(request.SetScheme(Scheme.Parse("http")).IsOk && request.SetAuthority("api.example.com").IsOk);

        Assert.Equal("HTTP-request-body-size", Send(outgoing, request).Error.Name);
    }

    [Theory]
    [InlineData("CONNECT")]
    [InlineData("connect")]
    public void Method_Connect_IsRefused(string method)
    {
        using var outgoing = internet.Allow("*");
        var request = OutgoingRequest.Create(new WasiContext(), Fields.Create(new WasiContext()));
        Assert.True(
            request.SetScheme(Scheme.Parse("http")).IsOk && request.SetAuthority("api.example.com").IsOk && request.SetMethod(Method.Parse(method)).IsOk);

        Assert.Equal("HTTP-request-method-invalid", Send(outgoing, request).Error.Name);
    }

    [Fact]
    public async Task Rebinding_PublicFirstAndPrivateThen_OnlyThePublicIsDialled()
    {
        var answers = new Queue<string>(["93.184.216.40", "127.0.0.1", "93.184.216.41"]);
        using var outgoing = internet.Allow(["*"], (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse(answers.Dequeue())]));
        internet.Dialled.Clear();

        var first = await OutgoingGuest.AskAsync(outgoing, "http://rebind.example.net/close");
        var second = await OutgoingGuest.AskAsync(outgoing, "http://rebind.example.net/close");
        var third = await OutgoingGuest.AskAsync(outgoing, "http://rebind.example.net/close");

        Assert.Equal((200, 502, 200), (first.Status, second.Status, third.Status));
        Assert.Contains("destination-IP-prohibited", second.Body, StringComparison.Ordinal);
        Assert.Equal(["93.184.216.40", "93.184.216.41"], internet.Dialled.Select(dialled => dialled.Address.ToString()));
        Assert.Empty(answers);
    }

    [Fact]
    public async Task Name_WithPublicAndPrivateAddresses_OnlyThePublicAreDialled()
    {
        using var outgoing = internet.Allow("*.example.com");
        internet.Dialled.Clear();

        Assert.Equal(200, (await OutgoingGuest.AskAsync(outgoing, "http://mixed.example.com/")).Status);
        Assert.Equal(IPAddress.Parse("93.184.216.34"), Assert.Single(internet.Dialled).Address);
    }

    [Theory]
    [InlineData("http://169.254.169.254/latest/meta-data/")]
    [InlineData("http://localhost/")]
    [InlineData("//127.0.0.1/")]
    [InlineData("https://evil.org/")]
    public async Task Redirect_ToAHostThatIsNotAllowed_IsNotFollowed(string target)
    {
        using var outgoing = internet.Allow("api.example.com");
        internet.Dialled.Clear();

        var redirect = await OutgoingGuest.AskAsync(outgoing, "http://api.example.com/redirect?to=" + Uri.EscapeDataString(Uri.EscapeDataString(target)));

        Assert.Equal(302, redirect.Status);
        Assert.All(internet.Dialled, dialled => Assert.Equal(IPAddress.Parse("93.184.216.34"), dialled.Address));
        await AssertNotReachedAsync(["api.example.com"], target.StartsWith("//", StringComparison.Ordinal) ? "http:" + target : target);
    }

    [Fact]
    public async Task Proxy_OfTheEnvironment_IsIgnored()
    {
        var before = Environment.GetEnvironmentVariable("http_proxy");
        Environment.SetEnvironmentVariable("http_proxy", "http://127.0.0.1:1/");
        try
        {
            using var outgoing = internet.Allow("api.example.com");
            internet.Dialled.Clear();

            Assert.Equal(200, (await OutgoingGuest.AskAsync(outgoing, "http://api.example.com/")).Status);
            Assert.Equal((IPAddress.Parse("93.184.216.34"), 80), Assert.Single(internet.Dialled));
        }
        finally
        {
            Environment.SetEnvironmentVariable("http_proxy", before);
        }
    }

    private static Mik.Components.HostBinding.Result<FutureIncomingResponse, ErrorCode> Send(Wasi.Http.Egress.OutgoingHttp outgoing, OutgoingRequest request) =>
        OutgoingHandler.Handle(new WasiHttpContext { OutgoingHttp = outgoing }, request, null);

    private async Task AssertNotReachedAsync(string[] allowed, string url)
    {
        using var outgoing = internet.Allow(allowed);
        internet.Dialled.Clear();

        var (status, body) = await OutgoingGuest.AskAsync(outgoing, url);

        Assert.Empty(internet.Dialled);
        Assert.DoesNotContain(TestInternet.Secret, body, StringComparison.Ordinal);
        Assert.True(status is 400 or 502, $"{status}: {body}");
        Assert.True(
            status == 400 || body.Contains("HTTP-request-denied", StringComparison.Ordinal)
                || body.Contains("HTTP-request-URI-invalid", StringComparison.Ordinal)
            || body.Contains("destination-IP-prohibited", StringComparison.Ordinal) || body.Contains("DNS-error", StringComparison.Ordinal),
            body);
    }
}
