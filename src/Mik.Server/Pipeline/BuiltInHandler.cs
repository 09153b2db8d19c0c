using System.Diagnostics;
using System.Reflection;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Mik.Server.Limits;
using Mik.Server.Modules;
using Mik.Server.Observability.Metrics;
using Mik.Server.Problems;
using Mik.Server.Requests;

namespace Mik.Server.Pipeline;

/// <summary>The server's own pages: <c>/health</c>, <c>/health/live</c>, <c>/health/ready</c>, <c>/metrics</c>.</summary>
internal sealed class BuiltInHandler(ModuleSet modules, AdmissionController admission, ServerMetrics metrics)
{
    /// <summary>The version of the server.</summary>
    public static readonly string Version =
        typeof(BuiltInHandler).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    private const string MetricsPath = "/metrics";

    private readonly long _startedAt = Stopwatch.GetTimestamp();

    /// <summary>Answers a built-in path.</summary>
    public async Task<Problem?> HandleAsync(RequestContext request, string path)
    {
        var http = request.Http;
        if (!RequestRules.IsRead(http.Request.Method))
        {
            return RequestRules.NotRead(http, "This page is");
        }

        var ready = path != "/health/ready" || !admission.IsLeaving;
        http.Response.StatusCode = ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        http.Response.ContentType = path == MetricsPath ? PrometheusText.ContentType : "application/json";
        http.Response.Headers.CacheControl = "no-store";
        var body = path == MetricsPath ? Encoding.UTF8.GetBytes(metrics.Expose()) : Document(path);
        http.Response.ContentLength = body.Length;
        if (HttpMethods.IsGet(http.Request.Method))
        {
            await http.Response.Body.WriteAsync(body, http.RequestAborted);
        }

        return null;
    }

    private ReadOnlyMemory<byte> Document(string path)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("status"u8, admission.IsLeaving && path != "/health/live" ? "draining"u8 : "ok"u8);
            if (path == "/health")
            {
                json.WriteString("version"u8, Version);
                json.WriteNumber("uptime_seconds"u8, Math.Round(Stopwatch.GetElapsedTime(_startedAt).TotalSeconds, 3));
                json.WriteStartObject("modules"u8);
                json.WriteNumber("known"u8, modules.Count);
                json.WriteNumber("loaded"u8, modules.Cache.Count);
                json.WriteNumber("circuits_open"u8, modules.All.Count(module => module.Breaker.State == CircuitState.Open));
                json.WriteEndObject();
                json.WriteStartObject("cache"u8);
                json.WriteNumber("modules"u8, modules.Cache.Count);
                json.WriteNumber("bytes"u8, modules.Cache.Bytes);
                json.WriteNumber("max_modules"u8, modules.Cache.MaximumCount);
                json.WriteNumber("max_bytes"u8, modules.Cache.MaximumBytes);
                json.WriteNumber("hits"u8, metrics.CacheHits);
                json.WriteNumber("misses"u8, metrics.CacheMisses);
                json.WriteNumber("evictions"u8, modules.Cache.Evictions);
                json.WriteEndObject();
                json.WriteStartObject("requests"u8);
                json.WriteNumber("active"u8, admission.ActiveRequests);
                json.WriteNumber("total"u8, admission.TotalRequests);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }
}
