using System.Net.Sockets;
using System.Text;

namespace Mik.EndToEnd.Tests;

/// <summary>Guests of 0.3 that begin something and take it back, again and again: the host keeps nothing of what was taken back.</summary>
public sealed class HostileQueuesTests
{
    private const int MostMegabytes = 100;

    // Enough that the server does not call the body too slow. Nothing comes behind it.
    private const int BodyBytes = 60_000;

    [Fact]
    public async Task Reads_ThatAreTakenBack_LeaveNothing()
    {
        await using var mik = await MikProcess.ServeAsync("p3/hello p3/hostile", "--timeout", "60");
        var before = await IdleBytesAsync(mik);
        using var client = new TcpClient();
        await client.ConnectAsync(mik.Address.Host, mik.Address.Port);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"POST /run/hostile/cancel-reads HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n{BodyBytes:x}\r\n{new string('a', BodyBytes)}\r\n"));

        var answer = new byte[12];
        await stream.ReadExactlyAsync(answer).AsTask().WaitAsync(TimeSpan.FromSeconds(90));

        Assert.Equal("HTTP/1.1 200", Encoding.ASCII.GetString(answer));
        Assert.InRange((mik.PeakResidentBytes - before) >> 20, 0, MostMegabytes);
    }

    [Fact]
    public async Task Writes_ThatAreTakenBack_LeaveNothing()
    {
        await using var mik = await MikProcess.ServeAsync("p3/hello p3/hostile", "--timeout", "60");
        var before = await IdleBytesAsync(mik);
        using var client = mik.NewClient();

        using var response = await client.GetAsync("/run/hostile/cancel-writes", HttpCompletionOption.ResponseHeadersRead);

        await mik.WroteAsync("unreachable");
        Assert.InRange((mik.PeakResidentBytes - before) >> 20, 0, MostMegabytes);
    }

    [Fact]
    public async Task Calls_ThatAreTakenBack_LeaveNothing()
    {
        await using var mik = await MikProcess.ServeAsync("p3/hello hostile/cancels", "--timeout", "60");
        var before = await IdleBytesAsync(mik);
        using var client = mik.NewClient();

        using var response = await client.GetAsync("/run/cancels/");

        Assert.Contains("returned without a response", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.InRange((mik.PeakResidentBytes - before) >> 20, 0, MostMegabytes);
    }

    private static async Task<long> IdleBytesAsync(MikProcess mik)
    {
        using var client = mik.NewClient();
        await client.TextAsync("/run/hello/");
        return mik.ResidentBytes;
    }
}
