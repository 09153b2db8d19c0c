using System.Diagnostics;
using Mik.Server.Modules;
using Mik.Server.Observability.Tracing;
using Mik.Server.Options;
using Mik.Server.Requests;
using Mik.Testing;
using Mik.Testing.Otlp;
using OpenTelemetry.Exporter;

namespace Mik.Server.Tests.Observability.Tracing;

/// <summary>Listeners to activities are the process's, so these tests run while no others do.</summary>
[CollectionDefinition(nameof(TraceCollection), DisableParallelization = true)]
public sealed class TraceCollection;

[Collection(nameof(TraceCollection))]
public sealed class TraceExportTests
{
    private const string CallerTrace = "0af7651916cd43dd8448eb211c80319c";
    private const string CallerSpan = "b7ad6b7169203331";

    [Theory]
    [InlineData(true, "")]
    [InlineData(false, "v1/traces")]
    [InlineData(false, "collect")]
    public async Task Request_ThatCallsAnother_GivesOneTree(bool isGrpc, string path)
    {
        await using var collector = await OtlpReceiver.StartAsync(isGrpc);
        await using var server = await StartAsync(new Uri(collector.Address, path));
        var response = await CallHelloThroughOutgoingAsync(server, $"00-{CallerTrace}-{CallerSpan}-01");
        Assert.Equal("Hello from mik!\n", await response.Content.ReadAsStringAsync());
        await server.Server.StopAsync();

        var spans = collector.Spans;
        Assert.All(spans, span => Assert.Equal((CallerTrace, "shop"), (span.TraceId, span.Service)));
        var request = Assert.Single(spans, span => span is { Name: "request", ParentId: CallerSpan });
        var load = Assert.Single(Below(request), span => span.Name == "load");
        var instantiate = Assert.Single(Below(request), span => span.Name == "instantiate");
        var handle = Assert.Single(Below(request), span => span.Name == "handle");
        var call = Assert.Single(Below(handle));
        var inner = Assert.Single(Below(call));
        Assert.Equal(["handle", "instantiate", "load"], Below(inner).Select(span => span.Name).Order(StringComparer.Ordinal));
        Assert.Equal(9, spans.Count);

        Assert.Equal("outgoing call", call.Name);
        Assert.Equal("mik.wasi", call.Source);
        Assert.Equal("200", call.Attributes["http.response.status_code"]);
        Assert.Equal("request", inner.Name);
        Assert.Equal("outgoing", request.Attributes["mik.module"]);
        Assert.Equal("/run/outgoing/", request.Attributes["url.path"]);
        Assert.Equal("GET", request.Attributes["http.request.method"]);
        Assert.Equal("200", request.Attributes["http.response.status_code"]);
        Assert.Equal("rojo=1", request.State);
        Assert.Equal("rojo=1", inner.State);
        Assert.True(
            request.StartedAt <= load.StartedAt && load.EndedAt <= instantiate.EndedAt && instantiate.EndedAt <= handle.EndedAt
                && handle.EndedAt <= request.EndedAt);
        Assert.True(long.Parse(handle.Attributes["mik.guest.memory_bytes"], System.Globalization.CultureInfo.InvariantCulture) > 0);
        Assert.Equal($"00-{CallerTrace}-{request.SpanId}-01", response.Headers.GetValues("traceparent").Single());
        Assert.All(collector.Requests, asked => Assert.Equal(
            isGrpc ? "/opentelemetry.proto.collector.trace.v1.TraceService/Export" : path == "collect" ? "/collect/v1/traces" : "/v1/traces", asked));

        IEnumerable<ReceivedSpan> Below(ReceivedSpan parent) => spans.Where(span => span.ParentId == parent.SpanId);
    }

    [Theory]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331")]
    [InlineData("00-00000000000000000000000000000000-b7ad6b7169203331-01")]
    [InlineData("00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01")]
    [InlineData("ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")]
    [InlineData("garbage")]
    public async Task Request_WithAMalformedTraceparent_BeginsATraceOfItsOwn(string malformed)
    {
        await using var collector = await OtlpReceiver.StartAsync(isGrpc: false);
        await using var server = await StartAsync(new Uri(collector.Address, "/v1/traces"));
        using var response = await CallHelloThroughOutgoingAsync(server, malformed);
        await server.Server.StopAsync();

        var root = Assert.Single(collector.Spans, span => span.ParentId.Length == 0);
        Assert.Equal("request", root.Name);
        Assert.DoesNotContain(collector.Spans, span => span.TraceId == CallerTrace || span.State.Length > 0);
        Assert.Equal($"00-{root.TraceId}-{root.SpanId}-01", response.Headers.GetValues("traceparent").Single());
    }

    [Fact]
    public async Task Request_OfATraceThatIsNotSampled_ExportsNothingAndPassesItOn()
    {
        await using var collector = await OtlpReceiver.StartAsync(isGrpc: true);
        await using var server = await StartAsync(collector.Address);
        using var response = await CallHelloThroughOutgoingAsync(server, $"00-{CallerTrace}-{CallerSpan}-00");
        await server.Server.StopAsync();

        Assert.Empty(collector.Spans);
        Assert.Matches($"^00-{CallerTrace}-[0-9a-f]{{16}}-00$", response.Headers.GetValues("traceparent").Single());
    }

    [Fact]
    public async Task Request_ThatFails_IsMarkedWithTheReason()
    {
        await using var collector = await OtlpReceiver.StartAsync(isGrpc: false);
        await using var server = await StartAsync(new Uri(collector.Address, "/v1/traces"));
        (await server.Client.GetAsync(new Uri("/run/trap/unreachable", UriKind.Relative))).Dispose();
        (await server.Client.GetAsync(new Uri("/run/none/", UriKind.Relative))).Dispose();
        await server.Server.StopAsync();

        var trapped = Assert.Single(collector.Spans, span => span.Attributes.GetValueOrDefault("error.type") == "handler-error");
        Assert.True(trapped.IsError);
        Assert.Equal("500", trapped.Attributes["http.response.status_code"]);
        Assert.False(Assert.Single(collector.Spans, span => span.Attributes.GetValueOrDefault("error.type") == "module-not-found").IsError);
    }

    [Fact]
    public async Task StopAsync_CollectorIsGone_EndsAndSaysSo()
    {
        Uri address;
        await using (var collector = await OtlpReceiver.StartAsync(isGrpc: true))
        {
            address = collector.Address;
        }

        await using var server = await StartAsync(address);
        (await server.Client.GetAsync(new Uri("/run/hello/", UriKind.Relative))).Dispose();

        await server.Server.StopAsync().WaitAsync(TimeSpan.FromSeconds(60));

        Assert.Contains(server.Log.Lines, line => line.StartsWith($"traces cannot be sent to {address}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Request_NobodyListens_MakesNoActivity()
    {
        Activity? seen = null;
        await using var server = await TestServer.StartAsync((exchange, context, _) =>
        {
            seen = Activity.Current;
            Assert.IsType<Server.Observability.Metrics.ModuleMetrics>(context.Observer);
            Guests.Respond(exchange, "ok");
        });

        using var response = await server.Client.GetAsync(new Uri("/run/guest/", UriKind.Relative));

        Assert.True(response.IsSuccessStatusCode);
        Assert.False(Spans.Source.HasListeners());
        Assert.Null(seen);
        Assert.True(TraceParent.TryParse(response.Headers.GetValues("traceparent").Single(), out _));
    }

    [Theory]
    [InlineData("http://collector:4317", OtlpExportProtocol.Grpc, "http://collector:4317/")]
    [InlineData("https://collector", OtlpExportProtocol.Grpc, "https://collector/")]
    [InlineData("http://collector:4318", OtlpExportProtocol.HttpProtobuf, "http://collector:4318/v1/traces")]
    [InlineData("http://collector:4318/v1/traces", OtlpExportProtocol.HttpProtobuf, "http://collector:4318/v1/traces")]
    [InlineData("https://collector/otlp/", OtlpExportProtocol.HttpProtobuf, "https://collector/otlp/v1/traces")]
    public void Target_Address_DecidesTheProtocol(string endpoint, OtlpExportProtocol protocol, string target)
    {
        var exporter = TraceExport.Target(new Uri(endpoint));

        Assert.Equal((protocol, new Uri(target)), (exporter.Protocol, exporter.Endpoint));
    }

    private static Task<TestServer> StartAsync(Uri collector) =>
        TestServer.StartAsync(module => new ModuleLoader(new MikServerOptions()).Load(module, CancellationToken.None), options => options with
        {
            Modules =
                [.. ((string[])["hello", "outgoing", "trap"]).Select(name => new ModuleConfig(name, RepositoryRoot.Combine("guests", name, name + ".wasm")))],
            HttpAllowed = ["127.0.0.1"],
            OtlpEndpoint = collector,
            TracingServiceName = "shop",
        });

    private static async Task<HttpResponseMessage> CallHelloThroughOutgoingAsync(TestServer server, string traceparent)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Get, "/run/outgoing/?url=" + Uri.EscapeDataString(new Uri(server.Address, "/run/hello/").ToString()));
        request.Headers.TryAddWithoutValidation("traceparent", traceparent);
        request.Headers.TryAddWithoutValidation("tracestate", "rojo=1");
        return await server.Client.SendAsync(request);
    }
}
