using System.Net.Sockets;

namespace Mik.EndToEnd.Tests;

/// <summary>How the process ends.</summary>
public sealed class ShutdownTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData("TERM", 15)]
    [InlineData("INT", 2)]
    public async Task Signal_SlowRequestsInFlight_FinishAndNewOnesAreRefused(string signal, int number)
    {
        using var upstream = new HeldUpstream();
        await using var mik = await MikProcess.ServeAsync("outgoing hello", "--http-allowed", "127.0.0.1");
        if (mik.Ignores(number))
        {
            // Whoever runs these tests in the background of a shell makes their children ignore SIGINT.
            return;
        }

        using var client = mik.NewClient();
        var slow = Enumerable.Range(0, 3).Select(_ => client.TextAsync(upstream.Path)).ToArray();
        await upstream.CalledAsync(slow.Length);

        mik.Signal(signal);
        await RefusedAsync(mik);

        await upstream.AnswerAsync("at last");
        Assert.All(await Task.WhenAll(slow), answer => Assert.Equal("at last", answer));
        Assert.Equal(0, await mik.ExitCodeAsync(Limit));
    }

    [Fact]
    public async Task Signal_IdleKeepAliveClient_DoesNotDelay()
    {
        await using var mik = await MikProcess.ServeAsync("hello");
        using var client = mik.NewClient();
        await client.TextAsync("/run/hello/");
        using var silent = new TcpClient();
        await silent.ConnectAsync(mik.Address.Host, mik.Address.Port);

        mik.Signal("TERM");

        Assert.Equal(0, await mik.ExitCodeAsync(TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task Signal_RequestThatTakesTooLong_IsCut()
    {
        await using var mik = await MikProcess.ServeAsync("slow hello", "--shutdown-timeout", "0.5");
        using var client = mik.NewClient();
        await client.TextAsync("/run/slow/?ms=0");
        var never = client.TextAsync("/run/slow/never");
        while (!(await client.TextAsync("/health")).Contains("\"active\":1", StringComparison.Ordinal))
        {
        }

        mik.Signal("TERM");

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => never);
        Assert.Equal(0, await mik.ExitCodeAsync(TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task Signal_ScriptThatTakesTooLong_IsCutAndNotTheClientsFault()
    {
        var folder = Directory.CreateTempSubdirectory("mik-cut-").FullName;
        try
        {
            Directory.CreateDirectory(Path.Combine(folder, "scripts"));
            File.WriteAllText(Path.Combine(folder, "mik.toml"), "[project]\nname = \"cut\"\n[server]\nscripts = \"scripts/\"\n");
            File.WriteAllText(Path.Combine(folder, "scripts", "never.js"), "export default () => new Promise(resolve => setTimeout(resolve, 1e6));");
            await using var mik = await MikProcess.ServeAsAsync(["--port", "0", "--shutdown-timeout", "0.5"], folder);
            using var client = mik.NewClient();
            var never = client.TextAsync("/script/never");
            while (!(await client.TextAsync("/health")).Contains("\"active\":1", StringComparison.Ordinal))
            {
            }

            mik.Signal("TERM");

            await Assert.ThrowsAnyAsync<HttpRequestException>(() => never);
            Assert.Equal(0, await mik.ExitCodeAsync(TimeSpan.FromSeconds(10)));
            Assert.Contains("shutting-down", mik.Errors, StringComparison.Ordinal);
            Assert.DoesNotContain("client", mik.Errors, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task SignalSentTwiceByAWrapper_StillDrains()
    {
        using var upstream = new HeldUpstream();
        await using var mik = await MikProcess.ServeAsync("outgoing hello", "--http-allowed", "127.0.0.1");
        using var client = mik.NewClient();
        var slow = client.TextAsync(upstream.Path);
        await upstream.CalledAsync(1);

        mik.SignalTwice("TERM");
        await RefusedAsync(mik);

        await upstream.AnswerAsync("at last");
        Assert.Equal("at last", await slow);
        Assert.Equal(0, await mik.ExitCodeAsync(Limit));
    }

    [Fact]
    public async Task SecondSignal_EndsAtOnce()
    {
        await using var mik = await MikProcess.ServeAsync("slow hello");
        using var client = mik.NewClient();
        await client.TextAsync("/run/slow/?ms=0");
        var never = client.TextAsync("/run/slow/never");
        while (!(await client.TextAsync("/health")).Contains("\"active\":1", StringComparison.Ordinal))
        {
        }

        // One that follows at once is taken for the same request.
        mik.Signal("TERM");
        var ended = mik.ExitCodeAsync(Limit);
        while (!ended.IsCompleted)
        {
            mik.Signal("TERM");
        }

        Assert.Equal(128 + 15, await ended);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => never);
    }

    private static async Task RefusedAsync(MikProcess mik)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (true)
        {
            using var tcp = new TcpClient();
            try
            {
                await tcp.ConnectAsync(mik.Address.Host, mik.Address.Port, limit.Token);
            }
            catch (SocketException)
            {
                return;
            }
        }
    }
}
