using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Mik.Wasi.Http;
using Mik.Wasm.Execution;

namespace Mik.Wasi.Tests.Http;

/// <summary>
/// Components of Kotlin (objects) and C++ (exceptions), as their compilers make them: each request of <c>answers.json</c> is answered as Wasmtime answers
/// it, all of them by one component, so that one which ended a guest leaves nothing to the next.
/// </summary>
public sealed class CompilerGuestTests
{
    [CompilerGuestsTheory]
    [InlineData("kotlin-p2.wasm")]
    [InlineData("cpp-eh-new.wasm")]
    public async Task Handle_EachRequest_AnswersAsElsewhere(string file)
    {
        var folder = CompilerGuestsTheoryAttribute.Folder!;
        var component = HttpComponent.Load(await File.ReadAllBytesAsync(Path.Combine(folder, file)), file);
        using var answers = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(folder, "answers.json")));
        var cases = answers.RootElement.EnumerateArray().Where(answer => answer.GetProperty("component").GetString() == file).ToArray();
        Assert.NotEmpty(cases);
        foreach (var answer in cases)
        {
            await AssertAnswerAsync(component, answer.GetProperty("request"), answer.GetProperty("expect"));
        }
        component.Release();
    }

    private static async Task AssertAnswerAsync(HttpComponent component, JsonElement request, JsonElement expected)
    {
        var path = request.GetProperty("path").GetString()!;
        var receiver = new GuestAnswer();
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        await pipe.Writer.WriteAsync(BodyOf(request));
        await pipe.Writer.CompleteAsync();
        var exchange = new HttpExchange
        {
            Method = request.GetProperty("method").GetString()!,
            Scheme = "http",
            Authority = "test",
            PathWithQuery = path,
            RequestHeaders = [],
            RequestBody = pipe.Reader,
            Response = receiver,
        };
        // Where the guest ended without an answer, the page is that host's own.
        if (expected.TryGetProperty("body", out var page) && page.GetString()!.Contains("wasmtime", StringComparison.Ordinal))
        {
            Assert.Throws<Trap>(() => component.Handle(exchange, new WasiHttpContext(), new ExecutionLimits()));
            return;
        }

        component.Handle(exchange, new WasiHttpContext(), new ExecutionLimits());

        var body = receiver.Bytes;
        Assert.Equal((path, expected.GetProperty("status").GetInt32()), (path, receiver.Status));
        Assert.All(expected.GetProperty("headers").EnumerateObject(), header => Assert.Equal(header.Value.GetString(), receiver.Headers[header.Name]));
        if (expected.TryGetProperty("sha256", out var hash))
        {
            Assert.Equal(expected.GetProperty("length").GetInt32(), body.Length);
            Assert.Equal(hash.GetString(), Convert.ToHexStringLower(SHA256.HashData(body)));
        }
        else
        {
            Assert.Equal(page.GetString(), Encoding.UTF8.GetString(body));
        }
    }

    private static byte[] BodyOf(JsonElement request)
    {
        if (request.TryGetProperty("body_py", out var expression))
        {
            Assert.Equal("bytes(range(256))*1200", expression.GetString());
            return [.. Enumerable.Range(0, 256 * 1200).Select(i => (byte)i)];
        }
        return Encoding.UTF8.GetBytes(request.GetProperty("body").GetString() ?? "");
    }
}

/// <summary>A theory over the components in <c>shared/guests/wasm3</c>, skipped without them.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class CompilerGuestsTheoryAttribute : TheoryAttribute
{
    public CompilerGuestsTheoryAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
        : base(file, line) => Skip = Folder is null ? "no shared/guests/wasm3 folder beside the checkout" : null;

    public static string? Folder { get; } = SharedGuests.Find("wasm3");
}
