using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging;
using Mik.AspNetCore.Execution;
using Mik.Server.Modules;
using Mik.Server.Options;
using Mik.Wasi.Http;

namespace Mik.Server.Tests;

/// <summary>A real server on a free port whose guests are C# functions.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    private TestServer(MikServer server, LogLines log)
    {
        Server = server;
        Log = log;
        Address = new Uri(server.Addresses.First());
        Client = new HttpClient { BaseAddress = Address };
    }

    public MikServer Server { get; }

    public LogLines Log { get; }

    public Uri Address { get; }

    public HttpClient Client { get; }

    public static Task<TestServer> StartAsync(GuestHandler guest, Func<MikServerOptions, MikServerOptions>? change = null) =>
        StartAsync(_ => new ModuleModel(guest, 1, TimeSpan.Zero), change);

    public static async Task<TestServer> StartAsync(
        Func<ModuleConfig, ModuleModel> load, Func<MikServerOptions, MikServerOptions>? change = null, TimeProvider? clock = null,
        TimeSpan? lastWord = null)
    {
        var options = new MikServerOptions { Modules = [new ModuleConfig("guest", "guest.wasm")], Port = 0 };
        options = change?.Invoke(options) ?? options;
        var log = new LogLines();
        var server = new MikServer(options, new LoggerFactory([log]), (module, _) => load(module), clock ?? TimeProvider.System)
        {
            LastWord = lastWord ?? TimeSpan.FromSeconds(1),
        };
        await server.StartAsync(CancellationToken.None);
        return new TestServer(server, log);
    }

    /// <summary>Sends bytes as they are and reads until the server closes, or cuts the connection.</summary>
    public async Task<string> SendRawAsync(string request)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPEndPoint.Parse(Address.Authority));
        await using var stream = new NetworkStream(socket);
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request));
        var answer = new MemoryStream();
        try
        {
            await stream.CopyToAsync(answer);
        }
        catch (IOException)
        {
            // What came before the cut counts.
        }

        return Encoding.Latin1.GetString(answer.ToArray());
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Server.StopAsync();
        await Server.DisposeAsync();
    }
}

/// <summary>Keeps what was logged.</summary>
internal sealed class LogLines : ILoggerProvider, ILogger
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly Lock _gate = new();
    private readonly List<(Func<string, bool> IsSuch, TaskCompletionSource Seen)> _awaited = [];

    public ConcurrentQueue<string> Lines { get; } = new();

    public ConcurrentQueue<string> Warnings { get; } = new();

    public ILogger CreateLogger(string categoryName) => this;

    /// <summary>Waits until a line has a text in it.</summary>
    public Task WaitForAsync(string text) => WaitForLineAsync(line => line.Contains(text, StringComparison.Ordinal), text);

    /// <summary>Waits until there is such a line.</summary>
    public async Task WaitForLineAsync(Func<string, bool> isSuch, string what = "it")
    {
        var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (Lines.Any(isSuch))
            {
                return;
            }

            _awaited.Add((isSuch, seen));
        }

        Assert.True(await Task.WhenAny(seen.Task, Task.Delay(Limit)) == seen.Task, $"nothing was logged with '{what}'");
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var line = formatter(state, exception);
        if (logLevel == LogLevel.Warning)
        {
            Warnings.Enqueue(line);
        }

        Lines.Enqueue(line);
        lock (_gate)
        {
            foreach (var (_, seen) in _awaited.Where(awaited => awaited.IsSuch(line)))
            {
                seen.TrySetResult();
            }
        }
    }

    public void Dispose()
    {
    }
}

/// <summary>Guests written in C#.</summary>
internal static class Guests
{
    public static void Respond(HttpExchange exchange, string body, int status = 200, params KeyValuePair<string, byte[]>[] headers)
    {
        exchange.Response.Start(status, headers);
        Write(exchange, body);
    }

    public static void Write(HttpExchange exchange, string text)
    {
        exchange.Response.Body.Write(Encoding.UTF8.GetBytes(text));
        exchange.Response.Body.FlushAsync().AsTask().GetAwaiter().GetResult();
    }

    public static KeyValuePair<string, byte[]> Header(string name, string value) => new(name, Encoding.Latin1.GetBytes(value));

    /// <summary>Sends the request's body back as it comes.</summary>
    public static void Echo(HttpExchange exchange)
    {
        exchange.Response.Start(200, [.. exchange.RequestHeaders.Where(header => header.Key == "content-length")]);
        while (true)
        {
            var read = exchange.RequestBody.ReadAsync().AsTask().GetAwaiter().GetResult();
            foreach (var segment in read.Buffer)
            {
                exchange.Response.Body.Write(segment.Span);
            }

            exchange.RequestBody.AdvanceTo(read.Buffer.End);
            exchange.Response.Body.FlushAsync().AsTask().GetAwaiter().GetResult();
            if (read.IsCompleted)
            {
                return;
            }
        }
    }

    private static void Write(this System.IO.Pipelines.PipeWriter writer, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(writer.GetSpan(bytes.Length));
        writer.Advance(bytes.Length);
    }
}
