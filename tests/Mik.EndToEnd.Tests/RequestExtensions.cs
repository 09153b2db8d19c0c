using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Mik.EndToEnd.Tests;

/// <summary>Short forms for asking a server.</summary>
internal static class RequestExtensions
{
    public static Task<HttpResponseMessage> AskAsync(this HttpClient client, string path) =>
        client.GetAsync(Untouched(client, path));

    public static Task<string> TextAsync(this HttpClient client, string path) =>
        client.GetStringAsync(Untouched(client, path));

    /// <summary>An address whose path stays as it is written.</summary>
    public static Uri Untouched(HttpClient client, string path) =>
        new(client.BaseAddress!.GetLeftPart(UriPartial.Authority) + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });

    /// <summary>Sends bytes as they are and reads until the server closes.</summary>
    public static async Task<string> SendRawAsync(this MikProcess mik, string request)
    {
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(mik.Address.Host, mik.Address.Port);
        var stream = tcp.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request));
        using var reader = new StreamReader(stream, Encoding.Latin1);
        return await reader.ReadToEndAsync();
    }

    /// <summary>Checks that a response is a problem document of a kind; gives its detail.</summary>
    public static async Task<string> ProblemAsync(this HttpResponseMessage response, int status, string slug)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(status == (int)response.StatusCode, $"{(int)response.StatusCode}: {text}");
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = JsonDocument.Parse(text).RootElement;
        Assert.Equal("urn:mik:error:" + slug, problem.GetProperty("type").GetString());
        Assert.Equal(response.Headers.GetValues("X-Request-ID").Single(), problem.GetProperty("request_id").GetString());
        return problem.GetProperty("detail").GetString()!;
    }
}
