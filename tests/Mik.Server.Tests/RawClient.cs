using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Mik.Server.Tests;

/// <summary>A client that sends and takes bytes as it likes.</summary>
internal sealed class RawClient : IDisposable
{
    private readonly TcpClient _tcp = new();

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
        var read = new StringBuilder();
        var buffer = new byte[1];
        while (read.Length < text.Length || read[^1] != text[^1] || read.ToString(read.Length - text.Length, text.Length) != text)
        {
            Assert.True(await Stream.ReadAsync(buffer, limit.Token) == 1, $"the end came after: {read}");
            read.Append((char)buffer[0]);
        }

        return read.ToString();
    }

    public async Task<string> ReadToEndAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var reader = new StreamReader(Stream, Encoding.Latin1, leaveOpen: true);
        return await reader.ReadToEndAsync(limit.Token);
    }

    public void Dispose() => _tcp.Dispose();
}
