using System.Net;

namespace Mik.EndToEnd.Tests;

/// <summary>
/// A server with small limits and guests that break them. Five failures in a row would open a module's circuit: so before the fifth
/// the guest is made to answer; those that never do exist in many copies.
/// </summary>
public sealed class LimitedServer : IAsyncLifetime
{
    private const int FailuresInARow = 4;
    internal const int Copies = 50;

    private static readonly Dictionary<string, string> Answering = new(StringComparer.Ordinal)
    {
        ["trap"] = "trap/none",
        ["recurse"] = "recurse/?depth=1",
        ["memory"] = "memory/",
        ["big"] = "big/",
        ["slow"] = "slow/",
    };

    private readonly DirectoryInfo _copies = Directory.CreateTempSubdirectory("mik-copies-");
    private readonly Dictionary<string, int> _failures = new(StringComparer.Ordinal);
    private MikProcess? _mik;

    internal MikProcess Mik => _mik!;

    public HttpClient Client { get; private set; } = new();

    public async ValueTask InitializeAsync()
    {
        string[] named = ["echo", "trap", "loop", "memory", "recurse", "big", "slow", "bad/start-loop", "bad/huge-memory", "bad/huge-table"];
        _mik = await MikProcess.ServePathsAsync(
            [.. named.Select(MikProcess.Guest), .. Copy("noreply"), .. Copy("bad/start-trap")],
            "--timeout", "8", "--memory-limit", "32");
        Client = _mik.NewClient();
        await Client.TextAsync("/run/echo/");
    }

    /// <summary>The path at which a guest can fail once more; any failure must be announced here.</summary>
    public async Task<string> FailingAsync(string path)
    {
        var slash = path.IndexOf('/', StringComparison.Ordinal);
        var guest = path[..slash];
        var failures = _failures.GetValueOrDefault(guest);
        _failures[guest] = failures + 1;
        if (guest is "noreply" or "start-trap")
        {
            return $"/run/{guest}-{failures / FailuresInARow}{path[slash..]}";
        }

        if (failures % FailuresInARow == 0 && Answering.TryGetValue(guest, out var answering))
        {
            (await Client.AskAsync("/run/" + answering)).Dispose();
        }

        return "/run/" + path;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (_mik is not null)
        {
            await _mik.DisposeAsync();
        }

        _copies.Delete(recursive: true);
    }

    private IEnumerable<string> Copy(string guest) => Enumerable.Range(0, Copies).Select(number =>
    {
        var copy = Path.Combine(_copies.FullName, $"{Path.GetFileName(guest)}-{number}.wasm");
        File.Copy(MikProcess.Guest(guest), copy);
        return copy;
    });
}

/// <summary>Guests that fail: each failure is a problem document that says which, and the server lives.</summary>
public sealed class FailureTests(LimitedServer server) : IClassFixture<LimitedServer>
{
    [Theory]
    [InlineData("trap/unreachable", "Unreachable")]
    [InlineData("trap/div0", "IntegerDivideByZero")]
    [InlineData("trap/rem0", "IntegerDivideByZero")]
    [InlineData("trap/overflow", "IntegerOverflow")]
    [InlineData("trap/convert", "IntegerOverflow")]
    [InlineData("trap/nan", "InvalidConversionToInteger")]
    [InlineData("trap/oob", "OutOfBoundsMemoryAccess")]
    [InlineData("trap/store", "OutOfBoundsMemoryAccess")]
    [InlineData("trap/fill", "OutOfBoundsMemoryAccess")]
    [InlineData("trap/indirect", "IndirectCallTypeMismatch")]
    [InlineData("trap/null", "UninitializedElement")]
    [InlineData("trap/table", "UndefinedElement")]
    [InlineData("trap/handle", "CanonicalAbi")]
    [InlineData("recurse/", "CallStackExhausted")]
    [InlineData("memory/hog", "Unreachable")]
    [InlineData("noreply/", "without a response")]
    [InlineData("noreply/drop", "without a response")]
    [InlineData("noreply/unset", "without a response")]
    [InlineData("big/?status=101", "status 101")]
    [InlineData("start-trap/", "trapped")]
    [InlineData("huge-memory/", "memory")]
    [InlineData("huge-table/", "table")]
    public async Task Guest_Fails_Is500WithTheReason(string path, string detail)
    {
        var response = await server.Client.AskAsync(await server.FailingAsync(path));

        Assert.Contains(detail, await response.ProblemAsync(500, "handler-error"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await server.Client.AskAsync("/health")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await server.Client.AskAsync("/run/echo/")).StatusCode);
    }

    [Theory]
    [InlineData("loop/")]
    [InlineData("loop/calls")]
    [InlineData("loop/clock")]
    [InlineData("loop/fill")]
    [InlineData("slow/never")]
    [InlineData("start-loop/")]
    public async Task Guest_NeverEnds_Is504AtItsDeadlineWhileOthersGoOn(string path)
    {
        var endless = server.Client.AskAsync(await server.FailingAsync(path));

        var others = 0;
        while (!endless.IsCompleted && others < 20)
        {
            Assert.Equal(HttpStatusCode.OK, (await server.Client.AskAsync("/run/echo/")).StatusCode);
            others++;
        }

        await (await endless).ProblemAsync(504, "timeout");
        Assert.True(others > 0);
    }

    [Fact]
    public async Task Guest_TrapsInAFunction_TheLogHasItsName()
    {
        await server.Client.AskAsync(await server.FailingAsync("trap/unreachable"));

        await server.Mik.WroteAsync("execute_unreachable");
    }

    [Fact]
    public async Task Guest_TrapsAfterItsWholeResponse_TheResponseStands()
    {
        for (var request = 0; request < 6; request++)
        {
            var response = await server.Client.AskAsync("/run/trap/after");

            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Equal("all of it\n", await response.Content.ReadAsStringAsync());
        }

        await server.Mik.WroteAsync(", after its response");
    }

    [Fact]
    public async Task Guest_LoopsAfterItsWholeResponse_TheResponseHasEnded()
    {
        // Its connection is of no use to others until the guest has ended.
        using var client = server.Mik.NewClient();
        Assert.Equal("still running\n", await client.TextAsync(await server.FailingAsync("loop/after")));
    }

    [Fact]
    public async Task Guest_FailsAfterItsResponseBegan_IsCut()
    {
        var failing = await server.FailingAsync("big/unfinished?size=100000");

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => server.Client.TextAsync(failing));
    }

    [Fact]
    public async Task Guest_AnswersWithAnErrorCode_HasItsStatus() =>
        Assert.Contains(
            "connection-terminated", await (await server.Client.AskAsync("/run/big/error?code=7")).ProblemAsync(502, "handler-error"),
            StringComparison.Ordinal);

    [Fact]
    public async Task Body_AboveTheLimit_Is413()
    {
        using var content = new ByteArrayContent(new byte[(10 << 20) + 1]);

        await (await server.Client.PostAsync(RequestExtensions.Untouched(server.Client, "/run/echo/"), content)).ProblemAsync(413, "payload-too-large");
    }

    [Fact]
    public async Task ThousandFailures_LeakNothing()
    {
        string[] paths = ["trap/unreachable", "trap/oob", "noreply/", "recurse/", "memory/hog", "trap/handle", "big/trap", "start-trap/"];
        await FailAsync(paths, 200);
        var memory = server.Mik.ResidentBytes;
        var files = server.Mik.OpenFiles;

        await FailAsync(paths, 1000);

        Assert.InRange(server.Mik.ResidentBytes, 0, memory + (64 << 20));

        // A module that is used for the first time may hold a file: the image of its instances.
        Assert.InRange(server.Mik.OpenFiles, 0, files + 20 + LimitedServer.Copies);
        Assert.Equal(HttpStatusCode.OK, (await server.Client.AskAsync("/run/echo/")).StatusCode);
    }

    private async Task FailAsync(string[] paths, int times)
    {
        for (var index = 0; index < times; index++)
        {
            var path = await server.FailingAsync(paths[index % paths.Length]);
            try
            {
                var response = await server.Client.AskAsync(path);
                Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
            }
            catch (HttpRequestException)
            {
                // A response that had begun was cut.
                Assert.Equal("/run/big/trap", path);
            }
        }
    }
}
