using System.Net;
using Mik.Server.Modules;
using Mik.Server.Options;
using Mik.Wasm.Execution;

namespace Mik.Server.Tests.Scripts;

/// <summary>Scripts that mean harm: each ends its own request within its limits, and the next is clean.</summary>
public sealed class HostileScriptTests
{
    private static readonly Lazy<Task> Engine = new(PrepareAsync);

    private const string Namespaces = """
        namespace Money {
          export interface Price { cents: number }
          export enum Kind { Euro = "EUR" }
          export function round<T extends Kind>(n: number, kind: T): string { return Math.round(n) + suffix(kind); }
          const suffix = (kind: Kind): string => kind;
          export namespace Inner { export let rate = 1; rate = 2.5; }
        }
        """;
    private const string Good =
        "import { ok } from 'mik-sdk'; export default () => ok({ clean: [].concat([1]).length === 1 && typeof globalThis.leak === 'undefined' });";

    [Theory]
    [InlineData("for (;;);", 504)]
    [InlineData("const f = async () => { await null; return f(); }; return f();", -1)]
    [InlineData("while (true) await null;", 504)]
    [InlineData("return new Promise((resolve) => setTimeout(resolve, 60000));", 504)]
    [InlineData("return /^(a+)+$/.test('a'.repeat(40) + 'b');", 504)]
    [InlineData("return new Promise(() => {});", 500)]
    [InlineData("let s = 'x'; for (;;) s += s + s;", 500)]
    [InlineData("return 'x'.repeat(1 << 29);", 500)]
    [InlineData("const all = []; for (;;) all.push(new Array(1000).fill(all.length));", -1)]
    [InlineData("const f = () => 1 + f(); return f();", 500)]
    [InlineData("let deep = []; for (let i = 0; i < 1e6; i++) deep = [deep]; return deep;", -1)]
    [InlineData("new Function('while (true) {}')();", 504)]
    [InlineData("throw { get message() { throw new Error('again'); } };", 500)]
    [InlineData("return { toJSON() { for (;;); } };", 504)]
    [InlineData("return new Function('return ' + '('.repeat(20000) + '1' + ')'.repeat(20000))();", 500)]
    [InlineData("let deep = []; for (let i = 0; i < 20000; i++) deep = [deep]; return String(deep);", 500)]
    [InlineData("for (;;) console.log('x'.repeat(100000));", 504)]
    [InlineData("throw Object.create(null);", 500)]
    [InlineData("return Symbol('x');", 200)]
    [InlineData("Object.prototype.status = 418; Array.prototype.concat = () => []; JSON.stringify = () => 'tampered'; Promise.prototype.then = () => "
        + "{}; globalThis.leak = 1; return { fine: 1 };", 0)]
    public async Task Script_MeaningHarm_EndsItsOwnRequestOnly(string body, int status)
    {
        using var project = new ScriptProject(("bad.js", $"export default async (req, host) => {{ console.log('begins'); {body} }};"), ("good.js", Good));
        var clock = new TimerClock(goesOn: true);
        await using var server = await StartAsync(project, status == -1 ? TimeSpan.FromSeconds(8) : null, clock);
        Assert.Equal("{\"clean\":true}", await server.Client.GetStringAsync("/script/good"));

        var asked = server.Client.GetAsync("/script/bad");
        if (status == 504)
        {
            await server.Log.WaitForAsync("begins (script=bad");
            clock.Pass(new MikServerOptions().ExecutionTimeout);
        }

        var response = await asked;

        // 0 is any; -1: the deadline or the memory, whichever ends first.
        if (status != 0)
        {
            Assert.Contains((int)response.StatusCode, status == -1 ? [500, 504] : new[] { status });
        }

        Assert.DoesNotContain("tampered", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal("{\"clean\":true}", await server.Client.GetStringAsync("/script/good"));
    }

    [Fact]
    public async Task TopLevel_ThatTakesLongerThanARequest_IsServedToALaterOne()
    {
        using var project = new ScriptProject(
            ("late.js", "const end = Date.now() + 1000; while (Date.now() < end); export default () => 'fine';"), ("good.js", Good));
        await using var server = await StartAsync(project, TimeSpan.FromMilliseconds(500));

        var statuses = new List<HttpStatusCode>();
        while (statuses.Count == 0 || (statuses[^1] == HttpStatusCode.GatewayTimeout && statuses.Count < 100))
        {
            statuses.Add((await server.Client.GetAsync("/script/late")).StatusCode);
        }

        Assert.Equal(HttpStatusCode.GatewayTimeout, statuses[0]);
        Assert.Equal(HttpStatusCode.OK, statuses[^1]);
    }

    [Theory]
    [InlineData("../secret.js")]
    [InlineData("./../secret.js")]
    [InlineData("./sub/../../secret.js")]
    [InlineData("./..\\\\secret.js")]
    [InlineData("./%2e%2e/secret.js")]
    [InlineData("./link.js")]
    [InlineData("/etc/passwd")]
    [InlineData("file:///etc/passwd")]
    [InlineData("https://example.com/x.js")]
    [InlineData("node:fs")]
    [InlineData("fs")]
    [InlineData("std")]
    [InlineData("mik:driver")]
    [InlineData("mik-sdk/src/forwarding.js")]
    [InlineData("mik-sdk/testing")]
    [InlineData("./x\\u0000.js")]
    [InlineData("")]
    public async Task Import_OfAnythingOutside_IsRefused(string specifier)
    {
        using var project = new ScriptProject(
            ("static.js", $"import * as x from \"{specifier}\"; export default () => Object.keys(x);"),
            ("dynamic.js", $"export default async () => {{ try {{ await import(\"{specifier}\"); return 'reached'; }} catch (e) {{ return 'refused'; }} }};"));
        var outside = Path.Combine(Path.GetDirectoryName(project.Folder)!, "secret.js");
        File.WriteAllText(outside, "export const secret = 'reached';");
        File.CreateSymbolicLink(Path.Combine(project.Folder, "link.js"), outside);
        await using var server = await StartAsync(project);

        using var loaded = await server.Client.GetAsync("/script/static");

        Assert.Equal(HttpStatusCode.InternalServerError, loaded.StatusCode);
        Assert.DoesNotContain("reached", await loaded.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal("\"refused\"", await server.Client.GetStringAsync("/script/dynamic"));
    }

    [Fact]
    public async Task HostCall_OfAModuleThatOnlyFails_IsCircuitOpen()
    {
        using var project = new ScriptProject(("s.js", """
            export default async (req, host) => {
              const codes = [];
              for (let i = 0; i < 7; i++) {
                await host.call("guest").catch((e) => codes.push(e.code));
              }
              return codes;
            };
            """));
        await using var server = await StartAsync(project);

        Assert.Equal(
            """["HANDLER_ERROR","HANDLER_ERROR","HANDLER_ERROR","HANDLER_ERROR","HANDLER_ERROR","CIRCUIT_OPEN","CIRCUIT_OPEN"]""",
            await server.Client.GetStringAsync("/script/s"));
    }

    [Theory]
    [InlineData("enum Colour { Red = 1, Green } return Colour.Green;", "2")]
    [InlineData("const v = { a: 1 } satisfies Record<string, number>; return v;", "{\"a\":1}")]
    [InlineData("class P { constructor(private readonly x: number, public y = 2) {} get sum(): number { return this.x + this.y; } } return new P(3).sum;", "5")]
    [InlineData("function id<T extends object = {}>(value: T): T { return value; } return id<{ n: number }>({ n: 1 });", "{\"n\":1}")]
    [InlineData("abstract class A<T> { abstract f(): T; } class B extends A<string> { override f() { return 'b'; } } return new B().f();", "\"b\"")]
    [InlineData("const x = null as unknown as string | undefined; return x?.length ?? 'none';", "\"none\"")]
    [InlineData("type T = `a-${string}`; let value!: T; value = 'a-1'; return value;", "\"a-1\"")]
    [InlineData("const enum E { A = 1, B = A << 2 } return E.B;", "4")]
    [InlineData("function f(a: string): void; function f(a: number): number; function f(a: any) { return a; } return f(3);", "3")]
    [InlineData("return Money.round(Money.Inner.rate * 2, Money.Kind.Euro);", "\"5EUR\"")]
    public async Task TypeScript_IsStripped(string body, string expected)
    {
        using var project = new ScriptProject(("s.ts", $"export default (req: any): unknown => {{ {body} }};\n{Namespaces}"));
        await using var server = await StartAsync(project);

        Assert.Equal(expected, await server.Client.GetStringAsync("/script/s"));
    }

    private static async Task<TestServer> StartAsync(ScriptProject project, TimeSpan? deadline = null, TimeProvider? clock = null)
    {
        // The engine is compiled first: no request's deadline shall pay for that.
        await Engine.Value;
        return await TestServer.StartAsync(
            _ => new ModuleModel((_, _, _) => throw new Trap(TrapKind.Unreachable), 1, TimeSpan.Zero),
            options => options with { ScriptsFolder = project.Folder, ExecutionTimeout = deadline ?? options.ExecutionTimeout, MemoryLimitBytes = 64L << 20 },
            clock);
    }

    private static async Task PrepareAsync()
    {
        using var project = new ScriptProject(("good.js", Good));
        await using var server = new MikServer(
            new MikServerOptions { Modules = [], ScriptsFolder = project.Folder }, new Microsoft.Extensions.Logging.LoggerFactory());
        Assert.Empty(await server.LoadAsync(CancellationToken.None));
    }
}
