using System.Net.Sockets;
using System.Text;

namespace Mik.EndToEnd.Tests;

/// <summary>
/// Clients that open more connections than there are file descriptors, or flood those that they have: the process goes on, and so do the others.
/// </summary>
public sealed class ConnectionFloodTests
{
    private const string Preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\u0004\0\0\0\0\0";
    private const int Frames = 20_000;

    [Theory]
    [InlineData(256)]
    [InlineData(1024)]
    public async Task MoreConnectionsThanDescriptors_OthersAreServed(int descriptors)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        await using var mik = await MikProcess.ServeWithinAsync(descriptors, "hello slow echo", "--timeout", "10");
        using var first = new KeptConnection(mik);
        Assert.Contains("Hello", await first.AskAsync(), StringComparison.Ordinal);
        using var over = new CancellationTokenSource();
        var asking = first.AskAgainAsync(over.Token);

        // Idle; half a head; half a body; a guest that waits, and the connection kept; streams of HTTP/2 that wait.
        foreach (var begun in (string[])
        [
            "",
            "GET /run/hello/ HTTP/1.1\r\nHost: h\r\nX-Ha",
            "POST /run/echo/ HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\nhalf",
            "GET /run/slow/?ms=300 HTTP/1.1\r\nHost: h\r\n\r\n",
            Preface + string.Concat(Enumerable.Range(0, 50).Select(stream => Headers((stream * 2) + 1, "/run/slow/?ms=300"))),
        ])
        {
            var sockets = Open(mik, descriptors + 60, begun);
            Assert.Contains("Hello", await AskUntilServedAsync(mik), StringComparison.Ordinal);
            await UntilAsync(() => mik.OpenFiles < descriptors - 16, () => $"{mik.OpenFiles} descriptors are taken");
            sockets.ForEach(socket => socket.Dispose());
        }

        // The one that was there before them was served all the time.
        await over.CancelAsync();
        await asking;
        mik.Signal("TERM");
        Assert.Equal(0, await mik.ExitCodeAsync(TimeSpan.FromSeconds(60)));
    }

    [Fact]
    public async Task ConnectionsThatAreRefused_LeaveTheLastDescriptorsAlone()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        const int Few = 256;
        await using var mik = await MikProcess.ServeWithinAsync(Few, "hello slow", "--timeout", "10");
        var held = Open(mik, Few, "GET /run/slow/?ms=9000 HTTP/1.1\r\nHost: h\r\n\r\n");
        var most = 0;
        for (var round = 0; round < 10; round++)
        {
            var refused = Open(mik, 100, "GET /run/hello/ HTTP/1.1\r\nHost: h\r\n\r\n");
            most = Math.Max(most, mik.OpenFiles);
            refused.ForEach(socket => socket.Dispose());
        }

        held.ForEach(socket => socket.Dispose());
        Assert.InRange(most, 1, Few - 8);
        Assert.Contains("Hello", await AskUntilServedAsync(mik), StringComparison.Ordinal);
    }

    [Fact]
    public async Task FilesThatAreReadSlowly_LeaveDescriptorsForNewConnections()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        const int Few = 256;
        var folder = Directory.CreateTempSubdirectory("mik-flood-").FullName;
        var config = Path.Combine(folder, "mik.toml");
        Directory.CreateDirectory(Path.Combine(folder, "static"));
        await File.WriteAllTextAsync(config, "[server]\nstatic = \"static\"\n");
        await File.WriteAllBytesAsync(Path.Combine(folder, "static", "large"), new byte[1 << 20]);
        Directory.CreateDirectory(Path.Combine(folder, "modules"));
        File.Copy(MikProcess.Guest("hello"), Path.Combine(folder, "modules", "hello.wasm"));
        await using var mik = await MikProcess.ServeWithinAsync(Few, "", "--config", config);
        using (var client = new HttpClient())
        {
            Assert.Equal(1 << 20, (await client.GetByteArrayAsync(new Uri(mik.Address, "/static/large"))).Length);
        }

        await AskUntilServedAsync(mik);

        // Windows of no bytes: nothing of an answer is taken.
        var begun = Preface[..24] + "\0\0\u0006\u0004\0\0\0\0\0\0\u0004\0\0\0\0"
            + string.Concat(Enumerable.Range(0, 50).Select(stream => Headers((stream * 2) + 1, "/static/large")));
        var slow = Open(mik, 8, begun);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        for (var request = 0; request < 20; request++)
        {
            Assert.DoesNotContain(" 503 ", await AskAsync(mik, limit.Token), StringComparison.Ordinal);
            Assert.InRange(mik.OpenFiles, 1, Few - 32);
        }

        slow.ForEach(socket => socket.Dispose());
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData("PING", "\0\0\u0008\u0006\0\0\0\0\0AAAAAAAA")]
    [InlineData("SETTINGS", "\0\0\u0006\u0004\0\0\0\0\0\0\u0001\0\0\u0010\0")]
    [InlineData("PRIORITY", "\0\0\u0005\u0002\0\0\0\0\u0003\0\0\0\0\u0010")]
    [InlineData("WINDOW_UPDATE", "\0\0\u0004\u0008\0\0\0\0\0\0\0\0\u0001")]
    [InlineData("CONTINUATION", "\0\0\u0005\u0009\0\0\0\0\u0001\0\u0001a\u0001b")]
    [InlineData("unknown", "\0\0\u0004\u00ee\0\0\0\0\0AAAA")]
    [InlineData("HEADERS and RST_STREAM", null)]
    public async Task Http2ControlFrames_InAFlood_LeaveOthersServed(string name, string? frame)
    {
        await using var mik = await MikProcess.ServeAsync("hello slow", "--timeout", "8");
        await AskUntilServedAsync(mik);
        var before = mik.ResidentBytes;
        var begin = name == "CONTINUATION" ? "\0\0\u0003\u0001\u0001\0\0\0\u0001\u0082\u0086\u0084" : "";
        var flood = frame is not null
            ? begin + string.Concat(Enumerable.Repeat(frame, Frames))
            : string.Concat(
                Enumerable.Range(0, Frames).Select(stream => Headers((stream * 2) + 1, "/run/slow/?ms=1000") + Frame(3, 0, (stream * 2) + 1, "\0\0\0\u0008")));
        var floods = Enumerable.Range(0, 4).Select(_ => FloodAsync(mik, Preface + flood)).ToArray();

        for (var request = 0; request < 20; request++)
        {
            Assert.Contains("Hello", await AskUntilServedAsync(mik), StringComparison.Ordinal);
        }

        await Task.WhenAll(floods);
        Assert.Contains("Hello", await AskUntilServedAsync(mik), StringComparison.Ordinal);
        Assert.InRange(mik.ResidentBytes - before, long.MinValue, 200L << 20);
    }

    // Those that are refused are there for a moment too.
    private static async Task UntilAsync(Func<bool> condition, Func<string> fault)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!condition())
        {
            Assert.False(limit.IsCancellationRequested, fault());
            await Task.Yield();
        }
    }

    private static string Headers(int stream, string path) =>
        Frame(1, 5, stream, $"\u0082\u0086\0\u0005:path{(char)path.Length}{path}\0\n:authority\u0001h");

    private static string Frame(int type, int flags, int stream, string payload) =>
        $"\0\0{(char)payload.Length}{(char)type}{(char)flags}\0{(char)(stream >> 16)}{(char)((stream >> 8) & 255)}{(char)(stream & 255)}{payload}";

    /// <summary>Opens connections, as many as the server takes.</summary>
    private static List<Socket> Open(MikProcess mik, int count, string begun)
    {
        var sockets = new List<Socket>();
        var bytes = Encoding.Latin1.GetBytes(begun);
        for (var index = 0; index < count; index++)
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { SendTimeout = 5000 };
            sockets.Add(socket);
            try
            {
                socket.Connect(mik.Address.Host, mik.Address.Port);
                socket.Send(bytes);
            }
            catch (SocketException)
            {
                // Refused: that is what this is about.
            }
        }

        return sockets;
    }

    private static async Task FloodAsync(MikProcess mik, string bytes)
    {
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(mik.Address.Host, mik.Address.Port);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        try
        {
            // What the server answers is not read.
            await tcp.GetStream().WriteAsync(Encoding.Latin1.GetBytes(bytes), limit.Token);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            // It was cut off, or held up.
        }
    }

    /// <summary>A new connection for each attempt, as an honest client makes that was told to come again.</summary>
    private static async Task<string> AskUntilServedAsync(MikProcess mik)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            try
            {
                if (await AskAsync(mik, limit.Token) is var answer && answer.StartsWith("HTTP/1.1 200", StringComparison.Ordinal))
                {
                    return answer;
                }
            }
            catch (Exception exception) when (exception is IOException or SocketException)
            {
                // Refused.
            }
        }
    }

    private static async Task<string> AskAsync(MikProcess mik, CancellationToken cancellationToken)
    {
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(mik.Address.Host, mik.Address.Port, cancellationToken);
        await tcp.GetStream().WriteAsync("GET /run/hello/ HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"u8.ToArray(), cancellationToken);
        using var reader = new StreamReader(tcp.GetStream(), Encoding.Latin1);
        return await reader.ReadToEndAsync(cancellationToken);
    }

    /// <summary>One that is there before the others, and asks again and again; that there is too much to do is an answer too.</summary>
    private sealed class KeptConnection : IDisposable
    {
        private readonly TcpClient _tcp;
        private readonly byte[] _buffer = new byte[4096];

        public KeptConnection(MikProcess mik) => _tcp = new TcpClient(mik.Address.Host, mik.Address.Port);

        public async Task<string> AskAsync()
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            await _tcp.GetStream().WriteAsync("GET /run/hello/ HTTP/1.1\r\nHost: h\r\n\r\n"u8.ToArray(), limit.Token);
            var answer = "";
            while (!answer.Contains("Hello", StringComparison.Ordinal) && !answer.Contains("\"status\":503", StringComparison.Ordinal))
            {
                var count = await _tcp.GetStream().ReadAsync(_buffer, limit.Token);
                Assert.True(count > 0, "the connection that was there first was closed");
                answer += Encoding.Latin1.GetString(_buffer, 0, count);
            }

            return answer;
        }

        public async Task AskAgainAsync(CancellationToken over)
        {
            while (!over.IsCancellationRequested)
            {
                await AskAsync();
            }
        }

        public void Dispose() => _tcp.Dispose();
    }
}
