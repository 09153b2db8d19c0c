using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Mik.EndToEnd.Tests;

/// <summary>A server that guests call, and that answers when the test says so: until then their requests are under way, however slow the machine is.</summary>
internal sealed class HeldUpstream : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly List<TcpClient> _held = [];

    public HeldUpstream() => _listener.Start();

    /// <summary>Where the guest <c>outgoing</c> is asked to call it.</summary>
    public string Path => $"/run/outgoing/?url=http%3A%2F%2F127.0.0.1%3A{((IPEndPoint)_listener.LocalEndpoint).Port}%2F";

    /// <summary>Waits until so many more guests call.</summary>
    public async Task CalledAsync(int count)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        for (; count > 0; count--)
        {
            _held.Add(await _listener.AcceptTcpClientAsync(limit.Token));
        }
    }

    /// <summary>Answers all that have called.</summary>
    public async Task AnswerAsync(string text)
    {
        foreach (var called in _held)
        {
            await called.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {text.Length}\r\n\r\n{text}"));
        }
    }

    public void Dispose()
    {
        _held.ForEach(called => called.Dispose());
        _listener.Dispose();
    }
}
