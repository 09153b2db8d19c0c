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
        bench.Handler = (call, _) => Task.FromResult(call.Handler == "auth" ? ScriptBench.Json(200, new { id = "u1" }) : ScriptBench.Json(201, new { orderId = "7" }));
        var program = bench.Load("checkout.ts");

        var outcome = bench.Run(program, """{"token":"abc","items":[]}""");

        Assert.Null(outcome.Failure);
        Assert.Equal((201, """{"orderId":"7"}"""), (outcome.Status, ScriptBench.Text(outcome)));
    }
}
