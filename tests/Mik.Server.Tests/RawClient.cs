using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Mik.Server.Tests;

/// <summary>A client that sends and takes bytes as it likes.</summary>
internal sealed class RawClient : IDisposable
{
    private readonly TcpClient _tcp = new();
    private readonly byte[] _buffer = new byte[4096];
    private string _unread = "";

    private NetworkStream Stream => _tcp.GetStream();

    public static async Task<RawClient> SendAsync(TestServer server, string text)
    {
        var client = new RawClient();
        await client._tcp.ConnectAsync(IPEndPoint.Parse(server.Address.Authority));
        await client.SendAsync(text);
        return client;
    }

    public async Task SendAsync(string text) => await Stream.WriteAsync(Encoding.Latin1.GetBytes(text));

    /// <summary>Reads up to the end of a text. Gives all that was read.</summary>
    public async Task<string> ReadUntilAsync(string text)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        int at;
        while ((at = _unread.IndexOf(text, StringComparison.Ordinal)) < 0)
        {
            var count = await Stream.ReadAsync(_buffer, limit.Token);
            Assert.True(count > 0, $"the end came after: {_unread}");
            _unread += Encoding.Latin1.GetString(_buffer, 0, count);
        }

        var read = _unread[..(at + text.Length)];
        _unread = _unread[read.Length..];
        return read;
    }

    public async Task<string> ReadToEndAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var reader = new StreamReader(Stream, Encoding.Latin1, leaveOpen: true);
        return _unread + await reader.ReadToEndAsync(limit.Token);
    }

    /// <summary>Waits until the server closes or resets the connection.</summary>
    public async Task WaitForEndAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        try
        {
            while (await Stream.ReadAsync(_buffer, limit.Token) > 0)
            {
            }
        }
        catch (IOException)
        {
            // That is one way to end it.
        }
    }

    public void Dispose() => _tcp.Dispose();
}
