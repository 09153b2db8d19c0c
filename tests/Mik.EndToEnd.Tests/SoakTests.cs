using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using Mik.Testing;

namespace Mik.EndToEnd.Tests;

/// <summary>
/// Many connections for a while, every body compared. A few seconds as a rule; <c>MIK_SOAK_SECONDS=60</c> makes it a minute. The large JavaScript
/// guests take part when they have been built (<c>guests/build</c>).
/// </summary>
public sealed class SoakTests
{
    private const int Connections = 64;

    private static readonly (string Guest, string Answer)[] Committed =
    [
        ("hello", "Hello from mik!\n"),
        ("rust", "Hello from Rust!\n"),
        ("libc", "Hello from a C library!\n"),
        ("assemblyscript", "0 1 1 2 3 5 8 13 21 34\n"),
        ("state", "1\n"),
    ];

    private static readonly string[] Built = ["js-handler", "js-fetch", "qjs-handler", "qjs-http", "qjs-p3"];

    [Fact]
    public async Task ManyConnections_EveryToolchain_AllAnswersRightAndMemoryStays()
    {
        var built = Built.Select(name => RepositoryRoot.Combine("guests", "out", name + ".wasm")).Where(File.Exists).ToArray();
        await using var mik = await MikProcess.ServePathsAsync([MikProcess.Guest("echo"), .. Committed.Select(pair => MikProcess.Guest(pair.Guest)), .. built]);
        using var client = mik.NewClient();
        var answers = Committed
            .Select(pair => ($"/run/{pair.Guest}/", pair.Answer))
            .Concat(built.Select(path => ($"/run/{Path.GetFileNameWithoutExtension(path)}/", "Hello from mik!\n")))
            .ToArray();
        var seconds = double.Parse(Environment.GetEnvironmentVariable("MIK_SOAK_SECONDS") ?? "4", CultureInfo.InvariantCulture);

        await LoadAsync(client, answers, TimeSpan.FromSeconds(seconds / 2));
        var before = mik.ResidentBytes;
        var requests = await LoadAsync(client, answers, TimeSpan.FromSeconds(seconds));

        Assert.True(requests > Connections, $"only {requests} requests");
        Assert.InRange(mik.ResidentBytes, 0, before + (128L << 20));
    }

    /// <summary>Loads the server from 64 connections; gives the number of requests.</summary>
    private static async Task<int> LoadAsync(HttpClient client, (string Path, string Answer)[] answers, TimeSpan time)
    {
        var watch = Stopwatch.StartNew();
        var counts = await Task.WhenAll(Enumerable.Range(0, Connections).Select(async connection =>
        {
            var count = 0;
            for (; watch.Elapsed < time; count++)
            {
                var turn = connection + count;
                if (turn % 3 == 0)
                {
                    await EchoAsync(client, turn);
                }
                else
                {
                    var (path, answer) = answers[turn % answers.Length];
                    using var response = await client.AskAsync(path);
                    Assert.Equal(answer, await response.Content.ReadAsStringAsync());
                }
            }

            return count;
        }));
        return counts.Sum();
    }

    private static async Task EchoAsync(HttpClient client, int turn)
    {
        var body = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat($"{turn} ", 1 + (turn % 2000))));
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        var response = await client.PostAsync(RequestExtensions.Untouched(client, "/run/echo/"), content);
        var answer = await response.Content.ReadAsByteArrayAsync();
        Assert.True(answer.AsSpan().SequenceEqual(body), $"{(int)response.StatusCode}: {answer.Length} bytes instead of {body.Length}");
    }
}
