using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text;
using Mik.Wasi.Http;
using Mik.Wasm.Execution;

namespace Mik.Wasi.Tests.Http;

/// <summary>Components of WASI 0.3 that a toolchain has made, beside the suites (<c>guests/wasi-0.3</c>): served in turns, through the public door.</summary>
public sealed class Wasi03GuestTests
{
    [Guests03Theory]
    [InlineData("hello", "", "hello from 0.3\n")]
    [InlineData("echo", "abc", "abc")]
    public async Task Call_GuestOf03_Answers(string guest, string body, string expected)
    {
        var (answer, failure) = await ServeAsync(guest, "/", body);
        Assert.Null(failure);
        Assert.Equal(200, answer.Status);
        Assert.Equal(expected, answer.Text);
    }

    [Guests03Fact]
    public async Task Call_GuestThatWaits_HoldsNoThread()
    {
        // Its turns end while its timer runs; the thread of the test is the only one that runs them, so both calls could not else be under way at once.
        var calls = await Task.WhenAll(ServeAsync("wait", "/?ms=50", ""), ServeAsync("wait", "/?ms=50", ""));
        Assert.All(calls, call => Assert.Equal(200, call.Answer.Status));
    }

    [Guests03Fact]
    public async Task Call_TrailersThatAreAnError_IsIncomplete()
    {
        var (_, failure) = await ServeAsync("trailers", "/error", "");
        Assert.IsType<IncompleteBodyException>(failure);
    }

    private static async Task<(GuestAnswer Answer, Exception? Failure)> ServeAsync(string guest, string path, string body)
    {
        var file = Path.Combine(Guests03.Folder!, guest + ".wasm");
        var component = HttpComponent.Load(await File.ReadAllBytesAsync(file), guest);
        var pipe = new Pipe();
        await pipe.Writer.WriteAsync(Encoding.UTF8.GetBytes(body));
        await pipe.Writer.CompleteAsync();
        var receiver = new GuestAnswer();
        var exchange = new HttpExchange
        {
            Method = body.Length == 0 ? "GET" : "POST",
            Scheme = "http",
            Authority = "test",
            PathWithQuery = path,
            RequestHeaders = [],
            RequestBody = pipe.Reader,
            Response = receiver,
        };
        var call = component.Begin(exchange, new WasiHttpContext(), new ExecutionLimits())!;
        using var woken = new SemaphoreSlim(0);
        call.Wake = () => woken.Release();
        while (!call.RunTurn())
        {
            await woken.WaitAsync();
        }
        component.Release();
        return (receiver, call.Failure);
    }
}

/// <summary>Where those components are: <c>shared/guests/wasi-0.3</c> in a folder above the checkout; tests are skipped without them.</summary>
internal static class Guests03
{
    public const string MissingMessage = "no shared/guests/wasi-0.3 folder beside the checkout";

    public static string? Folder { get; } = SharedGuests.Find("wasi-0.3");
}

/// <summary>A theory over those components.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class Guests03TheoryAttribute : TheoryAttribute
{
    public Guests03TheoryAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
        : base(file, line) => Skip = Guests03.Folder is null ? Guests03.MissingMessage : null;
}

/// <summary>A fact about those components.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class Guests03FactAttribute : FactAttribute
{
    public Guests03FactAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
        : base(file, line) => Skip = Guests03.Folder is null ? Guests03.MissingMessage : null;
}
