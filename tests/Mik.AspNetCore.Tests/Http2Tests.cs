using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Mik.AspNetCore.Tests;

/// <summary>Components over HTTP/2, which says most of what HTTP/1.1 does in other ways.</summary>
public sealed class Http2Tests
{
    [Fact]
    public async Task Body_GoesThereAndBack()
    {
        await using var program = await StartAsync("echo");
        var body = new byte[300_000];
        Random.Shared.NextBytes(body);

        using var answer = await SendAsync(program, HttpMethod.Post, "/g/", new ByteArrayContent(body));

        Assert.Equal((HttpStatusCode.OK, HttpVersion.Version20), (answer.StatusCode, answer.Version));
        Assert.Equal(body, await answer.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Requests_SideBySideOnOneConnection_AreAllAnswered()
    {
        await using var program = await StartAsync("hello");

        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(async _ =>
        {
            using var answer = await SendAsync(program, HttpMethod.Get, "/g/");
            return await answer.Content.ReadAsStringAsync();
        }));

        Assert.All(answers, answer => Assert.Equal("Hello from mik!\n", answer));
    }

    [Fact]
    public async Task Trap_IsAStatus_AndTheConnectionGoesOn()
    {
        await using var program = await StartAsync("trap");

        using var failed = await SendAsync(program, HttpMethod.Get, "/g/unreachable");
        using var again = await SendAsync(program, HttpMethod.Get, "/g/unreachable");

        Assert.Equal((HttpStatusCode.InternalServerError, HttpStatusCode.InternalServerError), (failed.StatusCode, again.StatusCode));
    }

    private static Task<EmbeddedProgram> StartAsync(string guest) => EmbeddedProgram.StartAsync(guest, protocols: HttpProtocols.Http2);

    private static Task<HttpResponseMessage> SendAsync(EmbeddedProgram program, HttpMethod method, string path, HttpContent? content = null) =>
        program.Client.SendAsync(
            new HttpRequestMessage(method, path) { Content = content, Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact });
}
