using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Mik.Testing;

namespace Mik.Scripting.Tests.Web;

/// <summary>The Web API of scripts beside that of Node.js, over the inputs of inputs.js.</summary>
public sealed class WebApiTests
{
    private const int Fewest = 300;

    private static readonly string Inputs = RepositoryRoot.Combine("tests", "Mik.Scripting.Tests", "Web", "inputs.js");

    [NodeFact]
    public async Task EveryInput_GivesWhatItGivesInNode()
    {
        using var bench = new ScriptBench(
            ("inputs.js", await File.ReadAllTextAsync(Inputs)), ("s.js", "import { results } from './inputs.js'; export default () => results();"));
        var expected = await InNodeAsync();

        var outcome = bench.Run(bench.Load("s.js"));

        Assert.Null(outcome.Failure);
        var given = JsonSerializer.Deserialize<string[][]>(outcome.Body.Span)!;
        Assert.InRange(given.Length, Fewest, int.MaxValue);
        Assert.Equal(expected.Length, given.Length);
        Assert.Empty(
            expected.Zip(given).Where(pair => pair.First[1] != pair.Second[1]).Select(
                pair => $"{pair.First[0]}\n  Node.js: {pair.First[1]}\n  here:    {pair.Second[1]}"));
    }

    [Theory]
    [InlineData("new Response('x', { status: 201, headers: { 'x-a': 'b' } })", 201, "x")]
    [InlineData("Response.json({ a: 1 })", 200, "{\"a\":1}")]
    [InlineData("new Response(new ReadableStream({ start(c) { c.enqueue(new Uint8Array([104, 105])); c.close(); } }))", 200, "hi")]
    [InlineData("respond({ status: 302, headers: { location: '/x' } })", 302, "")]
    [InlineData("respond({ headers: { 'content-type': 'application/json' }, body: '{\"a\":1}' })", 200, "{\"a\":1}")]
    [InlineData("respond({ status: 202, body: { a: 1 } })", 202, "{\"a\":1}")]
    [InlineData("respond({ body: 'text' })", 200, "text")]
    [InlineData("host.env", 200, "{}")]
    public void Script_MayReturn(string expression, int status, string body)
    {
        using var bench = new ScriptBench(("s.js", $"import {{ respond }} from 'mik-sdk'; export default (req, host) => {expression};"));

        var outcome = bench.Run(bench.Load("s.js"));

        Assert.Null(outcome.Failure);
        Assert.Equal((status, body), (outcome.Status, ScriptBench.Text(outcome)));
    }

    [Fact]
    public void Respond_Bytes_AreSentAsTheyAre()
    {
        using var bench = new ScriptBench(("s.js", "import { respond } from 'mik-sdk'; export default () => respond({ body: new Uint8Array([0, 255, 1]) });"));

        Assert.Equal([0, 255, 1], bench.Run(bench.Load("s.js")).Body.ToArray());
    }

    [Fact]
    public void Respond_ListOfValues_IsSeveralFields()
    {
        using var bench = new ScriptBench(
            ("s.js", "import { respond } from 'mik-sdk'; export default () => respond({ headers: { 'set-cookie': ['a=1', 'b=2'] } });"));

        Assert.Equal([new("set-cookie", "a=1"), new("set-cookie", "b=2")], bench.Run(bench.Load("s.js")).Headers);
    }

    [Fact]
    public void Random_EachRun_GetsOthers()
    {
        using var bench = new ScriptBench(("s.js", "export default () => [crypto.randomUUID(), Math.random()].join();"));
        var program = bench.Load("s.js");

        Assert.NotEqual(ScriptBench.Text(bench.Run(program)), ScriptBench.Text(bench.Run(program)));
    }

    private static async Task<string[][]> InNodeAsync()
    {
        var start = new ProcessStartInfo(
            "node",
            ["--input-type=module", "-e", $"import {{ results }} from {JsonSerializer.Serialize(new Uri(Inputs).AbsoluteUri)}; "
                + $"process.stdout.write(JSON.stringify(await results()), () => process.exit());"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment["NODE_NO_WARNINGS"] = "1";
        using var node = Process.Start(start)!;
        _ = node.StandardError.ReadToEndAsync();
        var output = await node.StandardOutput.ReadToEndAsync();
        await node.WaitForExitAsync();
        return JsonSerializer.Deserialize<string[][]>(output)!;
    }
}

/// <summary>A fact that needs Node.js 20 or later, and is skipped without it.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NodeFactAttribute : FactAttribute
{
    public NodeFactAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
        : base(file, line)
    {
        if (!(Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Any(folder => File.Exists(Path.Combine(folder, OperatingSystem.IsWindows() ? "node.exe" : "node"))))
        {
            Skip = "Node.js is not installed";
        }
    }
}
