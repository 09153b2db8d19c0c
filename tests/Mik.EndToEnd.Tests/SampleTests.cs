using System.Net;
using System.Net.Http.Json;
using System.Text;
using Mik.Testing;

namespace Mik.EndToEnd.Tests;

/// <summary>The sample of scripts with real handlers behind it.</summary>
public sealed class SampleTests
{
    [Fact]
    public async Task Checkout_EveryScript_AnswersAsItsDocumentSays()
    {
        await using var mik = await MikProcess.ServeAsAsync([RepositoryRoot.Combine("samples", "checkout"), "--port", "0"]);
        using var client = mik.NewClient();

        Assert.Equal((HttpStatusCode.Created, """{"orderId":"123"}"""), await PostAsync(client, "checkout", """{"token": "abc", "items": [{"sku": "123"}]}"""));
        Assert.Equal(
            (HttpStatusCode.Unauthorized, """{"type":"about:blank","title":"Unauthorized","status":401}"""),
            await PostAsync(client, "checkout", """{"token": ""}"""));
        Assert.Equal((HttpStatusCode.OK, """{"available":true,"price":9.5}"""), await PostAsync(client, "product", """{"sku": "1"}"""));
        Assert.Equal((HttpStatusCode.OK, """{"id":"user-1"}"""), await PostAsync(client, "login", """{"token":"x"}"""));
        using var test = await client.GetAsync("/script/checkout.test");
        Assert.Equal(HttpStatusCode.NotFound, test.StatusCode);
        await mik.WroteAsync("/script/checkout");
    }

    [Fact]
    public async Task HostCall_EveryFailure_HasItsCodeWithRealHandlers()
    {
        var folder = Directory.CreateTempSubdirectory("mik-codes-").FullName;
        try
        {
            Directory.CreateDirectory(Path.Combine(folder, "modules"));
            Directory.CreateDirectory(Path.Combine(folder, "scripts"));
            foreach (var guest in new[] { "slow", "trap" })
            {
                File.Copy(MikProcess.Guest(guest), Path.Combine(folder, "modules", guest + ".wasm"));
            }

            File.WriteAllText(
                Path.Combine(folder, "mik.toml"),
                "[project]\nname = \"codes\"\n[server]\nmodules = \"modules/\"\nscripts = \"scripts/\"\nmax_per_module_requests = 2\n");
            File.WriteAllText(Path.Combine(folder, "scripts", "codes.ts"), """
                import { script, ok } from "mik-sdk";
                export default script(async (req, host) => {
                  const code = (handler: string, options = {}) => host.call(handler, options).then((r) => r.status, (e) => e.code);
                  await code("slow", { path: "/?ms=0" });
                  const trapped: unknown[] = [];
                  for (let i = 0; i < 6; i++) trapped.push(await code("trap", { path: "/unreachable" }));
                  return ok({
                    missing: await code("missing"),
                    timeout: await code("slow", { path: "/never", timeout: 200 }),
                    trapped,
                    limited: await Promise.all([0, 1, 2].map(() => code("slow", { path: "/?ms=8000" }))),
                  });
                });
                """);
            await using var mik = await MikProcess.ServeAsAsync(["--port", "0"], folder);
            using var client = mik.NewClient();

            Assert.Equal(
                """{"missing":"MODULE_NOT_FOUND","timeout":"TIMEOUT","trapped":["HANDLER_ERROR","HANDLER_ERROR","HANDLER_ERROR","HANDLER_ERROR","HANDLER_ERROR","CIRCUIT_OPEN"],"limited":[200,200,"RATE_LIMITED"]}""",
                await client.GetStringAsync("/script/codes"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task HostCall_TenThatWait_OverlapInTheLog()
    {
        const int Calls = 10;
        var folder = Directory.CreateTempSubdirectory("mik-overlap-").FullName;
        try
        {
            Directory.CreateDirectory(Path.Combine(folder, "modules"));
            Directory.CreateDirectory(Path.Combine(folder, "scripts"));
            File.Copy(MikProcess.Guest("slow"), Path.Combine(folder, "modules", "slow.wasm"));
            File.WriteAllText(Path.Combine(folder, "mik.toml"), "[project]\nname = \"overlap\"\n[server]\nmodules = \"modules/\"\nscripts = \"scripts/\"\n");
            File.WriteAllText(Path.Combine(folder, "scripts", "ten.ts"), """
                import { script, ok } from "mik-sdk";
                export default script(async (req, host) => ok(await Promise.all(
                  Array.from({ length: Number(req.query.calls) }, async () => (await host.call("slow", { path: `/?ms=${req.query.ms}` })).status))));
                """);
            await using var mik = await MikProcess.ServeAsAsync(["--port", "0", "--log-format", "json"], folder, ("MIK_LOG", "mik::script=debug"));
            using var client = mik.NewClient();
            await client.GetStringAsync("/script/ten?ms=0&calls=1");

            using var request = new HttpRequestMessage(HttpMethod.Get, $"/script/ten?ms=8000&calls={Calls}");
            request.Headers.Add("X-Request-ID", "overlap");
            using var response = await client.SendAsync(request);

            Assert.Equal(Enumerable.Repeat(200, Calls), (await response.Content.ReadFromJsonAsync<int[]>())!);
            mik.Signal("TERM");
            await mik.ExitCodeAsync(TimeSpan.FromSeconds(60));
            var events = mik.Errors.Split('\n').Where(
                line => line.Contains("host.call", StringComparison.Ordinal) && line.Contains("overlap", StringComparison.Ordinal)).ToList();
            Assert.Equal(2 * Calls, events.Count);

            // All have started before the first one ends.
            Assert.All(events.Take(Calls), line => Assert.Contains(" starts", line, StringComparison.Ordinal));
            Assert.All(events.Skip(Calls), line => Assert.DoesNotContain(" starts", line, StringComparison.Ordinal));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<(HttpStatusCode Status, string Body)> PostAsync(HttpClient client, string script, string json)
    {
        using var response = await client.PostAsync($"/script/{script}", new StringContent(json, Encoding.UTF8, "application/json"));
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }
}
