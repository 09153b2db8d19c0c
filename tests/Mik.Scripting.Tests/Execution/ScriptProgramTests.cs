using Mik.Scripting.Execution;

namespace Mik.Scripting.Tests.Execution;

public sealed class ScriptProgramTests
{
    [Fact]
    public void Run_SeedCheckout_ForwardsTheStatusOfTheHandler()
    {
        using var bench = new ScriptBench(("checkout.ts", """
            import { script, ok, error } from "mik-sdk";
            export default script(async (req, host) => {
            const auth = await host.call("auth", { method: "POST", body: { token: req.body.token } });
            if (auth.status !== 200) { return error({ status: 401, title: "Unauthorized" }); }
            const order = await host.call("orders", { method: "POST", body: { user: auth.body.id, items: req.body.items } });
            return ok(order.body);
            });
            """));
        bench.Handler = (call, _) =>
            Task.FromResult(call.Handler == "auth" ? ScriptBench.Json(200, new { id = "u1" }) : ScriptBench.Json(201, new { orderId = "7" }));
        var program = bench.Load("checkout.ts");

        var outcome = bench.Run(program, """{"token":"abc","items":[]}""");

        Assert.Null(outcome.Failure);
        Assert.Equal((201, """{"orderId":"7"}"""), (outcome.Status, ScriptBench.Text(outcome)));
    }

    [Fact]
    public void Run_CallsAtTheSameTime_OnlyTheLastMayHaveTheThread()
    {
        using var bench = new ScriptBench(
            ("s.js", "export default async (req, host) => { await host.call('a'); await Promise.all([host.call('b'), host.call('c')]); setTimeout(() "
                + "=> {}, 60000); await host.call('d'); };"));
        bench.Handler = (_, _) => Task.FromResult(ScriptBench.Json(200, new { }));

        Assert.Null(bench.Run(bench.Load("s.js")).Failure);

        Assert.Equal([("a", true), ("b", false), ("c", true), ("d", false)], bench.Calls);
    }

    [Fact]
    public void Run_RejectionThatNobodyAwaits_IsTold()
    {
        using var bench = new ScriptBench(
            ("s.js", "export default () => { Promise.reject(new Error('lost')); Promise.reject(1).catch(() => {}); return 1; };"));
        var program = bench.Load("s.js");

        Assert.Null(bench.Run(program).Failure);
        Assert.Null(bench.Run(program).Failure);

        Assert.Equal(["Error: lost", "Error: lost"], bench.Rejections.Select(failure => failure.Summary));
    }

    [Fact]
    public void Run_ManyRejections_LeaveNothingBehind()
    {
        using var bench = new ScriptBench(
            ("s.js", "export default async () => { for (let i = 0; i < 50000; i++) { try { await Promise.reject(new Error('x'.repeat(1000))); } catch "
                + "{} } for (let i = 0; i < 1000; i++) Promise.reject(i); return 1; };"));

        Assert.Null(bench.Run(bench.Load("s.js")).Failure);

        Assert.InRange(bench.Rejections.Count, 1, 100);
    }

    [Theory]
    [InlineData("text/plain", "not { json", "not { json", "text/plain")]
    [InlineData("application/json", "not { json", "not { json", "application/json")]
    [InlineData("application/json", "\"text\"", "\"text\"", "application/json")]
    [InlineData(null, "[1, 2]", "[1,2]", "application/json")]
    [InlineData(null, "words", "words", null)]
    [InlineData("application/json", "", "", "application/json")]
    public void Run_ResponsePassedOn_IsWhatTheHandlerSent(string? type, string body, string passed, string? passedType)
    {
        using var bench = new ScriptBench(("s.js", "export default (req, host) => host.call('a');"));
        bench.Handler = (_, _) =>
            Task.FromResult(HandlerAnswer.Response(203, type is null ? [] : [new("content-type", type)], System.Text.Encoding.UTF8.GetBytes(body)));

        var outcome = bench.Run(bench.Load("s.js"));

        Assert.Equal(
            (203, passed, passedType),
            (outcome.Status, ScriptBench.Text(outcome), outcome.Headers.FirstOrDefault(header => header.Key == "content-type").Value));
    }
}
