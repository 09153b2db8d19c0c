using System.Net.Sockets;
using System.Text;

namespace Mik.EndToEnd.Tests;

/// <summary>Bodies that pass through while they are made.</summary>
public sealed class StreamingTests
{
    [Fact]
    public async Task Stream_Chunks_ArriveWhenWritten()
    {
        await using var mik = await MikProcess.ServeAsync("stream", "--timeout", "300");
        using var client = mik.NewClient();
        await using (var body = await client.GetStreamAsync(new Uri("/run/stream/?n=4&ms=400", UriKind.Relative)))
        {
            using var all = new StreamReader(body);
            Assert.Equal(["chunk 0", "chunk 1", "chunk 2", "chunk 3"], (await all.ReadToEndAsync()).TrimEnd().Split('\n'));
        }

        // The next chunk comes in an hour: if they came together at the end there would be none.
        await using var slow = await client.GetStreamAsync(new Uri("/run/stream/?n=2&ms=3600000", UriKind.Relative));
        using var first = new StreamReader(slow);
        Assert.Equal("chunk 0", await first.ReadLineAsync());
        Assert.Contains("\"active\":1", await client.TextAsync("/health"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Echo_256MegabyteBody_PassesInConstantMemory()
    {
        const int Megabytes = 256;
        await using var mik = await MikProcess.ServeAsync("echo", "--max-body-size", "1024", "--timeout", "300");
        using var client = mik.NewClient();
        await client.TextAsync("/run/echo/");
        var before = mik.ResidentBytes;
        var data = new byte[1 << 20];
        Random.Shared.NextBytes(data);
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(mik.Address.Host, mik.Address.Port);
        var stream = tcp.GetStream();

        var sending = Task.Run(async () =>
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"POST /run/echo/ HTTP/1.0\r\nHost: h\r\nContent-Length: {(long)Megabytes << 20}\r\n\r\n"));
            for (var count = 0; count < Megabytes; count++)
            {
                await stream.WriteAsync(data);
            }
        });
        await ReadHeadAsync(stream);
        var buffer = new byte[1 << 20];
        for (var count = 0; count < Megabytes; count++)
        {
            await stream.ReadExactlyAsync(buffer);
            Assert.True(buffer.AsSpan().SequenceEqual(data), $"megabyte {count} is not the same");
        }

        await sending;
        Assert.Equal(0, await stream.ReadAsync(buffer));
        Assert.InRange(mik.PeakResidentBytes, 0, before + (96L << 20));
    }

    [Fact]
    public async Task EndlessBodies_ToManyClientsThatTakeLittle_HoldNoThreads()
    {
        const int Clients = 150;
        await using var mik = await MikProcess.ServeAsync("p3/hostile hello", "--timeout", "300");
        using var client = mik.NewClient();
        await client.TextAsync("/run/hello/");
        var before = (mik.Threads, mik.ResidentBytes);
        var slow = new List<TcpClient>();
        try
        {
            for (var count = 0; count < Clients; count++)
            {
                var tcp = new TcpClient();
                slow.Add(tcp);
                await tcp.ConnectAsync(mik.Address.Host, mik.Address.Port);
                await tcp.GetStream().WriteAsync("GET /run/hostile/endless HTTP/1.0\r\nHost: h\r\n\r\n"u8.ToArray());
                await ReadHeadAsync(tcp.GetStream());
            }

            // Each takes 65 KiB, all of them again and again.
            var buffer = new byte[65 << 10];
            for (var round = 0; round < 6; round++)
            {
                foreach (var tcp in slow)
                {
                    await tcp.GetStream().ReadExactlyAsync(buffer);
                    Assert.Equal(-1, buffer.AsSpan().IndexOfAnyExcept((byte)0));
                }

                Assert.Contains("Hello", await client.TextAsync("/run/hello/"), StringComparison.Ordinal);
                Assert.InRange(mik.Threads, 0, before.Threads + 24);
            }
        }
        finally
        {
            slow.ForEach(tcp => tcp.Dispose());
        }

        Assert.InRange(mik.PeakResidentBytes, 0, before.ResidentBytes + (192L << 20));
    }

    private static async Task ReadHeadAsync(NetworkStream stream)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            await stream.ReadExactlyAsync(one);
            head.Append((char)one[0]);
        }

        Assert.Contains(" 200 ", head.ToString(), StringComparison.Ordinal);
    }
}
