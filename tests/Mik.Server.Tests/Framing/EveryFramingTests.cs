using System.Text.Json;

namespace Mik.Server.Tests.Framing;

/// <summary>
/// Every combination of method, status, declared length and what became of the body, over both protocols, from a handler and through a script:
/// what goes over the wire is what RFC 9110, 9112 and 9113 allow.
/// </summary>
public sealed class EveryFramingTests
{
    // It ends a row of failures, so no circuit opens, and tells whether the response before it ended where it should.
    private const string Next = "/run/guest/?n=3";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Http1_EveryResponse_IsFramedAsTheStandardSays(bool throughScript)
    {
        await using var framing = await FramingServer.StartAsync();
        var faults = new List<string>();
        foreach (var each in FramingCase.All)
        {
            var bytes = await framing.Server.SendRawAsync(
                $"{each.Method} {FramingServer.Path(each.Target, throughScript)} HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n"
                + $"GET {Next} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
            var message = Http1Message.Read(bytes, each.Method);
            var fault = message.Fault ?? FaultOf(each, throughScript, message.Status, message.IsWhole, message.Body, name => message[name]);
            if (fault is null && message.IsWhole && !IsTakenBack(each))
            {
                var next = Http1Message.Read(message.Rest, "GET");
                fault = next is { Status: 200, Body: "xxx", IsWhole: true, Rest: "" } ? null : "the next response on the connection is lost";
            }
            else
            {
                await framing.Server.Client.GetAsync(new Uri(Next, UriKind.Relative));
            }

            if (fault is not null)
            {
                faults.Add($"{each}: {fault}\n{bytes}");
            }
        }

        Assert.True(faults.Count == 0, $"{faults.Count} of {FramingCase.All.Count()}:\n{string.Join("\n", faults.Take(10))}");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Http2_EveryResponse_IsFramedAsTheStandardSays(bool throughScript)
    {
        await using var framing = await FramingServer.StartAsync();
        using var client = new Http2Client(framing.Server.Address);
        var faults = new List<string>();
        foreach (var each in FramingCase.All)
        {
            var message = await client.SendAsync(each.Method, FramingServer.Path(each.Target, throughScript));
            var fault = message["Transfer-Encoding"] is not null || message["Connection"] is not null ? "a field of HTTP/1.1"
                : !each.HasContent && message.DataBytes > 0 ? "content where there is none"
                : each.Method != "HEAD" && message.IsWhole && message["Content-Length"] is { } length && message.Status != 304
                && length != message.DataBytes.ToString(System.Globalization.CultureInfo.InvariantCulture) ? "the frames have another length"
                : FaultOf(each, throughScript, message.Status, message.IsWhole, message.Body, name => message[name]);
            if (fault is not null)
            {
                faults.Add($"{each}: {fault}\n{message}");
            }

            Assert.Equal("xxx", (await client.SendAsync("GET", Next)).Body);
        }

        Assert.True(faults.Count == 0, $"{faults.Count} of {FramingCase.All.Count()}:\n{string.Join("\n", faults.Take(10))}");
    }

    // All that its length announces went out with a flush before the body was dropped: what has come then is whole, and the connection is cut.
    private static bool IsTakenBack(FramingCase asked) => asked.Fate == Fate.Broken && asked.MayBeCut && asked.Length == asked.Written;

    private static string? FaultOf(FramingCase asked, bool throughScript, int status, bool isWhole, string body, Func<string, string?> field)
    {
        if (asked.Fate == Fate.Whole)
        {
            return !isWhole ? "cut"
                : status != asked.Status ? $"status {status}"
                : body != (asked.HasContent ? new string('x', asked.Written) : "") ? "another body"
                : asked.FaultOfLength(field("Content-Length"), throughScript);
        }

        if (throughScript)
        {
            return isWhole && status == 502 && body.Contains("HANDLER_ERROR", StringComparison.Ordinal) ? null : "the script was not told";
        }

        if (!isWhole)
        {
            return asked.MayBeCut ? null : "cut, though nothing was sent before";
        }

        if (IsTakenBack(asked) && status == asked.Status)
        {
            return null;
        }

        return status == 500 && field("Content-Type") == "application/problem+json"
            && JsonDocument.Parse(body).RootElement.GetProperty("request_id").GetString() == field("X-Request-ID")
            ? null
            : "neither a problem nor cut";
    }
}
