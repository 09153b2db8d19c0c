using Mik.Testing.Otlp;

namespace Mik.EndToEnd.Tests;

/// <summary>Traces of a real process at a real collector.</summary>
public sealed class TracingTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Sigterm_SpansThatWait_AreSentFirst(bool isGrpc)
    {
        await using var collector = await OtlpReceiver.StartAsync(isGrpc);
        await using var mik = await MikProcess.ServeAsync("hello", "--otlp-endpoint", new Uri(collector.Address, isGrpc ? "" : "/v1/traces").ToString());
        using var client = mik.NewClient();
        var response = await client.AskAsync("/run/hello/");

        mik.Signal("TERM");

        Assert.Equal(0, await mik.ExitCodeAsync(TimeSpan.FromSeconds(60)));
        var request = Assert.Single(collector.Spans, span => span.Name == "request");
        Assert.Equal("mik", request.Service);
        Assert.Contains(request.SpanId, response.Headers.GetValues("traceparent").Single(), StringComparison.Ordinal);
        Assert.Equal(
            ["handle", "instantiate"], collector.Spans.Where(span => span.ParentId == request.SpanId).Select(span => span.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Project_Traced_HasItsOwnVersion()
    {
        var folder = Directory.CreateTempSubdirectory("mik-traced-").FullName;
        try
        {
            await using var collector = await OtlpReceiver.StartAsync(isGrpc: true);
            File.WriteAllText(Path.Combine(folder, "mik.toml"), "[project]\nname = \"shop\"\nversion = \"4.5.6-rc.1\"\n");
            Directory.CreateDirectory(Path.Combine(folder, "modules"));
            File.Copy(MikProcess.Guest("hello"), Path.Combine(folder, "modules", "hello.wasm"));
            await using var mik = await MikProcess.ServeAsAsync(["--port", "0"], folder, ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Address.ToString()));
            using var client = mik.NewClient();
            await client.TextAsync("/run/hello/");

            mik.Signal("TERM");

            Assert.Equal(0, await mik.ExitCodeAsync(TimeSpan.FromSeconds(60)));
            var request = Assert.Single(collector.Spans, span => span.Name == "request");
            Assert.Equal(("shop", "4.5.6-rc.1"), (request.Service, request.ServiceVersion));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
