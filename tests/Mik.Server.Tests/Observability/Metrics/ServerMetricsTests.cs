using System.Diagnostics.Metrics;
using System.Net;
using Mik.Server.Modules;
using Mik.Server.Observability.Metrics;
using Mik.Server.Problems;
using Mik.Server.Requests;
using Mik.Server.Tests.Modules;
using Mik.Wasm.Execution;

namespace Mik.Server.Tests.Observability.Metrics;

public sealed class ServerMetricsTests
{
    [Fact]
    public async Task Metrics_AfterRequests_CountThemByRouteModuleAndStatus()
    {
        await using var server = await TestServer.StartAsync((exchange, context, _) =>
        {
            context.Observer!.Instantiated(TimeSpan.FromMilliseconds(2));
            try
            {
                Answer(exchange);
            }
            finally
            {
                context.Observer.Released(TimeSpan.FromMilliseconds(7), TimeSpan.FromMilliseconds(1), 65_536);
            }
        });
        foreach (var path in (string[])["/run/guest/", "/run/guest/teapot", "/run/guest/trap", "/run/guest/", "/run/none/", "/nowhere", "/health"])
        {
            (await server.Client.GetAsync(new Uri(path, UriKind.Relative))).Dispose();
        }

        var metrics = await ReadAsync(server);

        Assert.Equal(2, metrics["mik_requests_total{module=\"guest\",route=\"module\",status=\"200\"}"]);
        Assert.Equal(1, metrics["mik_requests_total{module=\"guest\",route=\"module\",status=\"418\"}"]);
        Assert.Equal(1, metrics["mik_requests_total{module=\"guest\",route=\"module\",status=\"500\"}"]);
        Assert.Equal(2, metrics["mik_requests_total{route=\"none\",status=\"404\"}"]);
        Assert.Equal(1, metrics["mik_requests_total{route=\"builtin\",status=\"200\"}"]);
        Assert.Equal(1, metrics["mik_failures_total{module=\"guest\",reason=\"handler-error\",route=\"module\"}"]);
        Assert.Equal(1, metrics["mik_rejections_total{reason=\"module-not-found\",route=\"none\"}"]);
        Assert.Equal(1, metrics["mik_rejections_total{reason=\"not-found\",route=\"none\"}"]);
        Assert.Equal(4, metrics["mik_request_duration_seconds_count{module=\"guest\",route=\"module\"}"]);
        Assert.Equal(1, metrics["mik_requests_active"]);
        Assert.Equal(0, metrics["mik_handlers_active{module=\"guest\"}"]);
        Assert.Equal(0, metrics["mik_instances_live{module=\"guest\"}"]);
        Assert.Equal(4, metrics["mik_instantiation_seconds_count{module=\"guest\"}"]);
        Assert.Equal(0.008, metrics["mik_instantiation_seconds_sum{module=\"guest\"}"]);
        Assert.Equal(0.028, metrics["mik_guest_seconds_sum{module=\"guest\"}"]);
        Assert.Equal(0.004, metrics["mik_instance_release_seconds_total{module=\"guest\"}"]);
        Assert.Equal(4, metrics["mik_guest_memory_bytes_bucket{le=\"65536\",module=\"guest\"}"]);
        Assert.Equal(1, metrics["mik_module_load_seconds_count{module=\"guest\"}"]);
        Assert.Equal(3, metrics["mik_module_cache_hits_total{module=\"guest\"}"]);
        Assert.Equal(1, metrics["mik_module_cache_misses_total{module=\"guest\"}"]);
        Assert.Equal(1, metrics["mik_module_cache_entries"]);
        Assert.Equal(1, metrics["mik_build_info{version=\"0.1.0\"}"]);
        Assert.True(metrics["process_resident_memory_bytes"] > 1_000_000);
        Assert.True(metrics["process_start_time_seconds"] > 1_700_000_000);
    }

    [Fact]
    public async Task Metrics_NamesFromTheUrl_NeverBecomeLabels()
    {
        await using var server = await TestServer.StartAsync((exchange, _, _) => Guests.Respond(exchange, "ok"));
        for (var index = 0; index < 50; index++)
        {
            (await server.Client.GetAsync(new Uri($"/run/made-up-{index}/x-{index}?y={index}", UriKind.Relative))).Dispose();
        }

        var metrics = await ReadAsync(server);

        Assert.Equal(50, metrics["mik_requests_total{route=\"none\",status=\"404\"}"]);
        Assert.DoesNotContain(metrics.Samples.Keys, series => series.Contains("made-up", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Metrics_StatusesThatGuestsMakeUp_AreOneSeriesPerClass()
    {
        await using var server = await TestServer.StartAsync((exchange, _, _) =>
            Guests.Respond(exchange, "", int.Parse(exchange.PathWithQuery[1..], System.Globalization.CultureInfo.InvariantCulture)));
        for (var status = 200; status < 1000; status++)
        {
            (await server.Client.GetAsync(new Uri($"/run/guest/{status}", UriKind.Relative))).Dispose();
        }

        var metrics = await ReadAsync(server);

        Assert.Equal(1, metrics["mik_requests_total{module=\"guest\",route=\"module\",status=\"404\"}"]);
        Assert.Equal(1, metrics["mik_requests_total{module=\"guest\",route=\"module\",status=\"511\"}"]);
        Assert.Equal(100, metrics["mik_requests_total{module=\"guest\",route=\"module\",status=\"7xx\"}"]);
        Assert.InRange(metrics.Samples.Keys.Count(series => series.StartsWith("mik_requests_total{module", StringComparison.Ordinal)), 1, 80);
    }

    [Fact]
    public async Task Metrics_WhileARequestRuns_ShowItAsActive()
    {
        using var entered = new SemaphoreSlim(0);
        using var release = new SemaphoreSlim(0);
        await using var server = await TestServer.StartAsync((exchange, context, _) =>
        {
            context.Observer!.Instantiated(TimeSpan.Zero);
            entered.Release();
            release.Wait(TimeSpan.FromSeconds(30), CancellationToken.None);
            context.Observer.Released(TimeSpan.Zero, TimeSpan.Zero, 0);
            Guests.Respond(exchange, "ok");
        });
        var request = server.Client.GetAsync(new Uri("/run/guest/", UriKind.Relative));
        await entered.WaitAsync(TimeSpan.FromSeconds(30));

        var during = await ReadAsync(server);
        release.Release();
        (await request).Dispose();

        Assert.Equal(2, during["mik_requests_active"]);
        Assert.Equal(1, during["mik_handlers_active{module=\"guest\"}"]);
        Assert.Equal(1, during["mik_instances_live{module=\"guest\"}"]);
        Assert.Equal(1, (await ReadAsync(server))["mik_requests_active"]);
    }

    [Fact]
    public async Task Metrics_ModuleThatCannotBeLoaded_CountsTheFailure()
    {
        await using var server = await TestServer.StartAsync(module => throw new ModuleLoadException(module, "broken"));
        (await server.Client.GetAsync(new Uri("/run/guest/", UriKind.Relative))).Dispose();

        var metrics = await ReadAsync(server);

        Assert.Equal(1, metrics["mik_module_load_failures_total{module=\"guest\"}"]);
        Assert.Equal(1, metrics["mik_rejections_total{module=\"guest\",reason=\"module-invalid\",route=\"module\"}"]);
    }

    [Fact]
    public async Task Metrics_Head_HasNoBodyAndPostIsRefused()
    {
        await using var server = await TestServer.StartAsync((exchange, _, _) => Guests.Respond(exchange, "ok"));
        using var head = new HttpRequestMessage(HttpMethod.Head, "/metrics");

        using var answer = await server.Client.SendAsync(head);
        using var refused = await server.Client.PostAsync(new Uri("/metrics", UriKind.Relative), null);

        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", answer.Content.Headers.ContentType!.ToString());
        Assert.True(answer.Content.Headers.ContentLength > 0);
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync());
        Assert.Equal(HttpStatusCode.MethodNotAllowed, refused.StatusCode);
    }

    [Fact]
    public void RequestEnded_ManyTimes_AllocatesNothing()
    {
        using var metrics = new ServerMetrics();
        var module = metrics.OfModule("guest");
        var state = TestModules.State("guest", "guest.wasm", _ => throw new NotSupportedException());
        var problem = new Problem(ProblemKind.Timeout, "late");
        Run(10);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Run(1000);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Run(int times)
        {
            for (var time = 0; time < times; time++)
            {
                metrics.RequestStarted();
                metrics.OfModule("guest").CacheAsked(isHit: true);
                module.Instantiated(TimeSpan.FromTicks(time));
                module.Released(TimeSpan.FromTicks(time), TimeSpan.Zero, time);
                metrics.RequestEnded(RouteKind.Module, state.Config.Name, 200, time % 2 == 0 ? problem : null, TimeSpan.FromTicks(time));
            }
        }
    }

    [Fact]
    public void Meter_SomebodyListens_SeesTheSameFigures()
    {
        using var metrics = new ServerMetrics();
        var seen = new List<(string Name, double Value, string Tags)>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, listening) =>
        {
            if (instrument.Meter.Name == "mik")
            {
                listening.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) =>
        {
            lock (seen)
            {
                seen.Add((instrument.Name, value, string.Join(',', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"))));
            }
        });
        listener.Start();
        metrics.RequestStarted();
        metrics.RequestEnded(RouteKind.BuiltIn, null, 204, null, TimeSpan.FromSeconds(1.5));
        listener.RecordObservableInstruments();

        // Servers of other tests are heard too, while they run.
        lock (seen)
        {
            Assert.Contains(("mik_request_duration_seconds", 1.5, "route=builtin,module="), seen);
            Assert.Contains(("mik_requests_total", 1, "route=builtin,status=204"), seen);
        }
    }

    private static void Answer(Wasi.Http.HttpExchange exchange)
    {
        switch (exchange.PathWithQuery)
        {
            case "/trap":
                throw new Trap(TrapKind.Unreachable, "unreachable");
            case "/teapot":
                Guests.Respond(exchange, "short and stout", 418);
                break;
            default:
                Guests.Respond(exchange, "ok");
                break;
        }
    }

    private static async Task<Exposition> ReadAsync(TestServer server) =>
        Exposition.Parse(await server.Client.GetStringAsync(new Uri("/metrics", UriKind.Relative)));
}
