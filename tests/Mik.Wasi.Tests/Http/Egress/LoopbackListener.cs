using System.Net;
using System.Net.Sockets;
using System.Text;
using Mik.Wasi.Http.Egress;

namespace Mik.Wasi.Tests.Http.Egress;

/// <summary>Takes one connection and shows what was sent.</summary>
internal sealed class LoopbackListener : IDisposable
{
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromSeconds(60));
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public LoopbackListener() => _listener.Start();

    /// <summary>Address and port.</summary>
    public string Authority => $"127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    /// <summary>The lines of the head of a request.</summary>
    public async Task<string[]> ReadHeadAsync()
    {
        using var client = await _listener.AcceptTcpClientAsync(_limit.Token);
        var head = new StringBuilder();
        var buffer = new byte[1024];
        while (!head.ToString().Contains("\r\n\r\n", StringComparison.Ordinal))
        {
            var count = await client.GetStream().ReadAsync(buffer, _limit.Token);
            Assert.NotEqual(0, count);
            head.Append(Encoding.Latin1.GetString(buffer, 0, count));
        }

        return head.ToString().Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
    }

    public void Dispose()
    {
        _listener.Dispose();
        _limit.Dispose();
    }
}

/// <summary>Outgoing HTTP that may call loopback.</summary>
internal sealed class OutgoingHttpOverLoopback : IDisposable
{
    public OutgoingHttp Client { get; } = new(EgressPolicy.Parse(["127.0.0.1"]));

    public void Dispose() => Client.Dispose();
}
