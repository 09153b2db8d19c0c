using System.Globalization;
using Mik.Server.Tests.Framing;

namespace Mik.Server.Tests.StaticFiles;

/// <summary>Conditions and ranges of requests for files (RFC 9110, 13 and 14), alone and together.</summary>
public sealed class FileConditionsTests : IAsyncLifetime
{
    private readonly TestFolder _folder = new();

    private TestServer? _server;
    private string _tag = "";
    private DateTimeOffset _time = DateTimeOffset.UtcNow;

    public async ValueTask InitializeAsync()
    {
        _folder.Write("static/f.txt", "0123456789");
        _folder.Write("static/index.html", "0123456789");
        _server = await TestServer.StartAsync((_, _, _) => { }, options => options with { StaticFolder = _folder["static"] });
    }

    public async ValueTask DisposeAsync()
    {
        await _server!.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    // If-None-Match compares weakly.
    [InlineData("If-None-Match: TAG", 304)]
    [InlineData("If-None-Match: W/TAG", 304)]
    [InlineData("If-None-Match: \"x\", W/\"y\", W/TAG", 304)]
    [InlineData("If-None-Match: \"x\"\nIf-None-Match: W/TAG", 304)]
    [InlineData("If-None-Match: *", 304)]
    [InlineData("If-None-Match: W/\"x\"", 200)]
    [InlineData("If-None-Match: nonsense W/", 200)]
    // If-Match compares strongly.
    [InlineData("If-Match: TAG", 200)]
    [InlineData("If-Match: \"x\", TAG", 200)]
    [InlineData("If-Match: *", 200)]
    [InlineData("If-Match: W/TAG", 412)]
    [InlineData("If-Match: \"x\"", 412)]
    // Times.
    [InlineData("If-Modified-Since: TIME", 304)]
    [InlineData("If-Modified-Since: BEFORE", 200)]
    [InlineData("If-Modified-Since: nonsense", 200)]
    [InlineData("If-Unmodified-Since: TIME", 200)]
    [InlineData("If-Unmodified-Since: BEFORE", 412)]
    // The order of 13.2.2: a tag goes before a time, a guard before a validator.
    [InlineData("If-None-Match: TAG\nIf-Modified-Since: BEFORE", 304)]
    [InlineData("If-None-Match: \"x\"\nIf-Modified-Since: TIME", 200)]
    [InlineData("If-None-Match: nonsense\nIf-Modified-Since: TIME", 200)]
    [InlineData("If-Match: TAG\nIf-Unmodified-Since: BEFORE", 200)]
    [InlineData("If-Match: \"x\"\nIf-Unmodified-Since: TIME", 412)]
    [InlineData("If-Match: TAG\nIf-None-Match: W/TAG", 304)]
    [InlineData("If-Match: *\nIf-None-Match: TAG", 304)]
    [InlineData("If-Match: TAG\nIf-Modified-Since: TIME", 304)]
    [InlineData("If-Match: TAG\nIf-None-Match: \"x\"", 200)]
    [InlineData("If-Match: \"x\"\nIf-None-Match: TAG", 412)]
    [InlineData("If-Unmodified-Since: TIME\nIf-None-Match: TAG", 304)]
    [InlineData("If-Unmodified-Since: BEFORE\nIf-None-Match: TAG", 412)]
    // Ranges.
    [InlineData("Range: bytes=0-1", 206, "01")]
    [InlineData("Range: Bytes=0-1", 206, "01")]
    [InlineData("Range: bytes=8-", 206, "89")]
    [InlineData("Range: bytes=-2", 206, "89")]
    [InlineData("Range: bytes=-20", 206, "0123456789")]
    [InlineData("Range: bytes=8-100", 206, "89")]
    [InlineData("Range: bytes=10-", 416)]
    [InlineData("Range: bytes=-0", 416)]
    [InlineData("Range: items=0-1", 200)]
    [InlineData("Range: bytes=5-3", 200)]
    [InlineData("Range: bytes=", 200)]
    [InlineData("Range: nonsense", 200)]
    [InlineData("Range: bytes=0-1,4-5", 200)]
    [InlineData("Range: bytes=0-1\nRange: bytes=4-5", 200)]
    // Ranges with conditions.
    [InlineData("Range: bytes=0-1\nIf-Range: TAG", 206, "01")]
    [InlineData("Range: bytes=0-1\nIf-Range: W/TAG", 200)]
    [InlineData("Range: bytes=0-1\nIf-Range: \"x\"", 200)]
    [InlineData("Range: bytes=0-1\nIf-Range: nonsense", 200)]
    [InlineData("Range: bytes=0-1\nIf-Range: TIME", 206, "01")]
    [InlineData("Range: bytes=0-1\nIf-Range: BEFORE", 200)]
    [InlineData("Range: bytes=0-1\nIf-Range: AFTER", 200)]
    [InlineData("If-Range: TAG", 200)]
    [InlineData("Range: bytes=0-1\nIf-None-Match: W/TAG", 304)]
    [InlineData("Range: bytes=0-1\nIf-Match: \"x\"", 412)]
    [InlineData("Range: bytes=0-1\nIf-Match: TAG", 206, "01")]
    public async Task Get_WithConditions_IsWhatTheStandardSays(string fields, int status, string? body = null)
    {
        foreach (var path in (string[])["/static/f.txt", "/static/"])
        {
            await LearnAsync(path);

            var answer = await AskAsync("GET", path, fields);

            Assert.Equal(status, answer.Status);
            if (status is 412 or 416)
            {
                Assert.Contains($"\"status\":{status},", answer.Body, StringComparison.Ordinal);
                Assert.Equal(status == 416 ? "bytes */10" : null, answer["Content-Range"]);
            }
            else
            {
                Assert.Equal(body ?? (status == 200 ? "0123456789" : ""), answer.Body);
            }

            Assert.Null(answer.Fault);
            Assert.True(answer.IsWhole);

            // HEAD is answered as GET, but has no ranges (RFC 9110, 14.2).
            Assert.Equal(status is 206 or 416 ? 200 : status, (await AskAsync("HEAD", path, fields)).Status);
        }
    }

    [Fact]
    public async Task Head_WithARange_HasTheWholeLength()
    {
        var answer = await AskAsync("HEAD", "/static/f.txt", "Range: bytes=0-1");

        Assert.Equal("10", answer["Content-Length"]);
        Assert.Null(answer["Content-Range"]);
    }

    private async Task LearnAsync(string path)
    {
        var answer = await AskAsync("HEAD", path, "X-Nothing: 1");
        _tag = answer["ETag"]!;
        _time = DateTimeOffset.Parse(answer["Last-Modified"]!, CultureInfo.InvariantCulture);
    }

    private async Task<Http1Message> AskAsync(string method, string path, string fields)
    {
        var sent = fields
            .Replace("TAG", _tag, StringComparison.Ordinal)
            .Replace("TIME", _time.ToString("R"), StringComparison.Ordinal)
            .Replace("BEFORE", _time.AddSeconds(-1).ToString("R"), StringComparison.Ordinal)
            .Replace("AFTER", _time.AddSeconds(1).ToString("R"), StringComparison.Ordinal)
            .Replace("\n", "\r\n", StringComparison.Ordinal);
        return Http1Message.Read(await _server!.SendRawAsync($"{method} {path} HTTP/1.1\r\nHost: h\r\n{sent}\r\nConnection: close\r\n\r\n"), method);
    }
}
