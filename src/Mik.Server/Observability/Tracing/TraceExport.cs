using System.Diagnostics.Tracing;
using Microsoft.Extensions.Logging;
using Mik.Server.Options;
using Mik.Wasi.Http.Egress;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Mik.Server.Observability.Tracing;

/// <summary>Sends spans to a collector by OTLP, in batches and in the background. What a collector does not take is dropped and said in the log.</summary>
internal sealed class TraceExport : IDisposable
{
    private const int HttpPort = 4318;
    private const int FlushMilliseconds = 5000;

    private readonly TracerProvider _provider;
    private readonly FaultListener _faults;

    private TraceExport(Uri endpoint, string serviceName, string version, ILogger log)
    {
        var target = Target(endpoint);
        _faults = new FaultListener(log, target.Endpoint);
        _provider = Sdk.CreateTracerProviderBuilder()
            .SetResourceBuilder(ResourceBuilder.CreateDefault().AddService(serviceName, serviceVersion: version))
            .AddSource(Spans.Source.Name, OutgoingSpan.SourceName)
            .AddOtlpExporter(exporter =>
            {
                exporter.Endpoint = target.Endpoint;
                exporter.Protocol = target.Protocol;
                exporter.TimeoutMilliseconds = FlushMilliseconds;
            })
            .Build();
    }

    /// <summary>Begins to export when the options name a collector.</summary>
    public static TraceExport? Start(MikServerOptions options, string version, ILogger log) =>
        options.OtlpEndpoint is { } endpoint ? new TraceExport(endpoint, options.TracingServiceName, version, log) : null;

    /// <summary>
    /// Which protocol an address stands for: with port 4318 or a path it is HTTP with protobuf, to <c>/v1/traces</c> below the path; else gRPC.
    /// </summary>
    internal static OtlpExporterOptions Target(Uri endpoint)
    {
        const string Signal = "v1/traces";
        var path = endpoint.AbsolutePath.Trim('/');
        if (path.Length == 0 && endpoint.Port != HttpPort)
        {
            return new OtlpExporterOptions { Endpoint = endpoint, Protocol = OtlpExportProtocol.Grpc };
        }

        var full = path.EndsWith(Signal, StringComparison.Ordinal) ? path : path.Length == 0 ? Signal : $"{path}/{Signal}";
        return new OtlpExporterOptions { Endpoint = new UriBuilder(endpoint) { Path = full }.Uri, Protocol = OtlpExportProtocol.HttpProtobuf };
    }

    /// <summary>Sends what waits; gives up after 5 seconds.</summary>
    public Task FlushAsync() => Task.Run(() => _provider.ForceFlush(FlushMilliseconds));

    /// <inheritdoc/>
    public void Dispose()
    {
        _provider.Dispose();
        _faults.Dispose();
    }

    /// <summary>Hears of failed exports, of which the SDK only tells an event source; says so once a minute at most.</summary>
    private sealed class FaultListener(ILogger log, Uri endpoint) : EventListener
    {
        private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

        private long _lastAt = -1;

        protected override void OnEventSourceCreated(EventSource eventSource)
        {
            if (eventSource.Name == "OpenTelemetry-Exporter-OpenTelemetryProtocol")
            {
                EnableEvents(eventSource, EventLevel.Warning);
            }
        }

        protected override void OnEventWritten(EventWrittenEventArgs eventData)
        {
            var now = Environment.TickCount64;
            var last = Interlocked.Read(ref _lastAt);
            if ((last >= 0 && now - last < Pause.TotalMilliseconds) || Interlocked.CompareExchange(ref _lastAt, now, last) != last)
            {
                return;
            }

            var first = eventData.Payload?.OfType<string>().LastOrDefault() ?? eventData.EventName ?? "";
            Events.TracesNotSent(log, endpoint, first.Split('\n')[0].TrimEnd());
        }
    }
}
