using System.Buffers.Binary;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Mik.Testing.Otlp;

/// <summary>A collector that keeps the spans it gets: by gRPC over HTTP/2 without TLS, or by HTTP with protobuf.</summary>
public sealed class OtlpReceiver : IAsyncDisposable
{
    private const int GrpcPrefixLength = 5;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly WebApplication _application;
    private readonly List<ReceivedSpan> _spans = [];
    private readonly List<string> _requests = [];
    private TaskCompletionSource _changed = NewSignal();

    private OtlpReceiver(bool isGrpc)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = isGrpc ? HttpProtocols.Http2 : HttpProtocols.Http1));
        _application = builder.Build();
        _application.Run(isGrpc ? AnswerGrpcAsync : AnswerHttpAsync);
    }

    /// <summary>Where it listens, with no path.</summary>
    public Uri Address => new(_application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <summary>The spans so far.</summary>
    public IReadOnlyList<ReceivedSpan> Spans
    {
        get
        {
            lock (_spans)
            {
                return [.. _spans];
            }
        }
    }

    /// <summary>The paths that were asked for.</summary>
    public IReadOnlyList<string> Requests
    {
        get
        {
            lock (_spans)
            {
                return [.. _requests];
            }
        }
    }

    /// <summary>Starts one on a free port.</summary>
    public static async Task<OtlpReceiver> StartAsync(bool isGrpc)
    {
        var receiver = new OtlpReceiver(isGrpc);
        await receiver._application.StartAsync();
        return receiver;
    }

    /// <summary>Waits until a span is there.</summary>
    public async Task<ReceivedSpan> WaitForAsync(Func<ReceivedSpan, bool> isWanted)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (true)
        {
            var changed = Volatile.Read(ref _changed).Task;
            if (Spans.FirstOrDefault(isWanted) is { } found)
            {
                return found;
            }

            await changed.WaitAsync(limit.Token);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _application.DisposeAsync();

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task AnswerHttpAsync(HttpContext http)
    {
        Keep(http, await ReadAsync(http));
        http.Response.ContentType = "application/x-protobuf";
    }

    private async Task AnswerGrpcAsync(HttpContext http)
    {
        var message = await ReadAsync(http);
        var length = BinaryPrimitives.ReadUInt32BigEndian(message.AsSpan(1));
        Keep(http, message.AsSpan(GrpcPrefixLength, (int)length));
        http.Response.ContentType = "application/grpc";
        await http.Response.Body.WriteAsync(new byte[GrpcPrefixLength], http.RequestAborted);
        http.Response.AppendTrailer("grpc-status", "0");
    }

    private static async Task<byte[]> ReadAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, http.RequestAborted);
        return body.ToArray();
    }

    private void Keep(HttpContext http, ReadOnlySpan<byte> message)
    {
        var spans = ProtobufReader.ReadTraces(message);
        lock (_spans)
        {
            _requests.Add(http.Request.Path);
            _spans.AddRange(spans);
        }

        Interlocked.Exchange(ref _changed, NewSignal()).SetResult();
    }
}
