using Mik.Scripting.Diagnostics;
using Mik.Scripting.Execution;

namespace Mik.Scripting.Tests.Diagnostics;

/// <summary>Where errors are, in the files as written. The place that is expected is marked with ‹› in the source.</summary>
public sealed class StackTests
{
    private const string Library = "export type A = {\n  a: 1\n};\nexport function lib<T>(x: T): T {\n  throw new RangeError('from lib');\n}\n";

    public static TheoryData<string, string, string> Uncaught => new()
    {
        { "await", "ts", """
            interface Deep<
              T extends { a: number },
            > { t: T }
            async function one<T extends { a: number }>(
              thing: Deep<T>,
              n: number = 1,
            ): Promise<void> {
              await null;
              await two(thing as unknown as Deep<{ a: number }>);
            }
            const two = async (thing: Deep<{ a: number }>) => {
              await Promise.resolve();
              const x: number = thing!.t!.a as number; throw new ‹›TypeError("two broke " + x);
            };
            export default async (req: any) => { await one<{ a: number }>({ t: { a: 1 } }); };
            """ },
        { "rejection", "js", "export default async () => {\n  return Promise.reject(new ‹›Error('rejected'));\n};" },
        { "call", "ts", """
            async function ask(host: any, call: { handler: string }): Promise<unknown> {
              return   await host.‹›call(call.handler as string);
            }
            export default async (req: any, host: any) => {
              await Promise.all(["good", "bad"].map((handler: string) => ask(host, { handler })));
            };
            """ },
        { "several lines", "ts", """
            export default async (req: any, host: any) => {
              // a comment with ( and '
              const re = /[(/]"/g;
              await host.‹›call(
                "bad" as string,
                {
                  method: "POST",
                  body: { path: req.path, text: `a ${req.method} b (` },
                },
              );
            };
            """ },
        { "message of several lines", "ts", """
            export default (req: any) => {
              throw new ‹›Error(
                `value (${req.path}) is "bad"` +
                  String(req.method),
              );
            };
            """ },
        { "namespace", "ts", "export namespace A {\n  export const f = (x: number): number => { throw new ‹›Error('in'); };\n}\nexport default () => A.f(1);" },
        { "namespace on one line", "ts", "namespace A { export const f = (x: number): number => { throw new ‹›Error('in'); }; }\nexport default () => "
            + "A.f(1);" },
        { "enum", "ts", "enum Colour {\n  Red = 'r',\n  Green = 'g',\n}\nexport default () => { const c: Colour = Colour.Red; throw new ‹›Error(c); };" },
        { "parameter properties", "ts", "class P {\n  constructor(\n    private readonly x: number,\n    public y: number = 2,\n  ) {\n    if (this.x "
            + "> 0) throw new ‹›Error('in');\n  }\n}\nexport default () => new P(1);" },
        { "beyond ASCII", "ts", "export default () => { const s: string = 'äöü😀'; throw new ‹›Error('after ' + s); };" },
        { "lines of Windows", "ts", "type X = {\r\n  a: 1\r\n}\r\nexport default () => {\r\n  throw new ‹›Error('crlf');\r\n};\r\n" },
        { "timer", "ts", "export default () => new Promise<void>((resolve) => {\n  setTimeout(() => { throw new ‹›Error('late'); }, 1);\n});" },
        { "engine", "ts", "export default (req: any) => [1].map((n: number) => ‹›missing(n as any));" },
        { "syntax", "js", "export default () => {\n  const ‹›= 5;\n};" },
        { "syntax behind types", "ts", "const f = (x: unknown) => x;\nexport default f((req: any) => {\n  const a: number = ‹›;\n});" },
        { "decorator", "ts", "function d(t: any) {\n  throw new ‹›Error('in');\n}\n@d class A {}\nexport default () => 1;" },
        { "decorator without types", "js", "function d(t) { return t; }\n‹›@d class A {}\nexport default () => 1;" },
        { "CommonJS", "ts", "interface I { a: 1 }\nexport = (req: any): I => { throw new ‹›Error('in'); };" },
        { "CommonJS without types", "js", "exports.default = () => {\n  throw new ‹›Error('in'); };" },
        { "CommonJS on one line", "js", "exports.default = () => { throw new ‹›Error('in'); };" },
        { "import of nothing", "ts", "import {\n  ‹›nothing,\n} from './_lib';\nexport default () => nothing;" },
        { "import of a package", "ts", "import fs from ‹›\"fs\";\nexport default () => fs;" },
        { "top level", "ts", "const x: Record<string, any> = {};\nconst y = (‹›x.missing as any).deep;\nexport default () => y;" },
    };

    [Theory]
    [MemberData(nameof(Uncaught))]
    public void Error_Uncaught_IsWhereItWasWritten(string what, string extension, string marked)
    {
        Assert.NotEmpty(what);
        var source = marked.Replace("‹›", "", StringComparison.Ordinal);
        var at = marked.IndexOf("‹›", StringComparison.Ordinal);
        var line = marked.AsSpan(0, at).Count('\n') + 1;
        var column = at - (at == 0 ? -1 : marked.LastIndexOf('\n', at - 1));

        var failure = FailureOf($"s.{extension}", source);

        Assert.Equal($"scripts/s.{extension}:{line}:{column}", $"{failure.Frames[0].Module}:{failure.Frames[0].Line}:{failure.Frames[0].Column}");
        var frame = failure.CodeFrame!.Split('\n');
        Assert.Contains(frame, shown => shown.StartsWith('>') && shown.EndsWith(source.Split('\n')[line - 1].TrimEnd(), StringComparison.Ordinal));
        Assert.Contains(frame, shown => shown.EndsWith(new string(' ', column - 1) + "^", StringComparison.Ordinal));
    }

    [Fact]
    public void Error_InAnImportedFile_HasTheFramesOfBoth()
    {
        var failure = FailureOf("s.ts", "import { lib, type A } from './_lib';\nexport default () => {\n  const a: A = { a: 1 };\n  return lib<A>(a);\n};");

        Assert.Equal(["at lib (scripts/_lib.ts:5:13)", "at default (scripts/s.ts:4:10)"], failure.Frames.Select(frame => frame.ToString()));
    }

    [Fact]
    public void Error_WithACause_ShowsBoth()
    {
        var failure = FailureOf("s.js", "export default () => {\n  try { null.x; } catch (e) { throw new Error('outer', { cause: e }); }\n};");

        Assert.Equal("Error: outer", failure.Summary);
        Assert.Contains("caused by TypeError", failure.Explanation, StringComparison.Ordinal);
        Assert.Contains("scripts/s.js:2:9", failure.Explanation, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("export default () => { const a = {}; a.a = a; return a; };", "cannot be written as JSON")]
    [InlineData("export default (req, host) => host.call('good').then((r) => { r.status = 'x'; return r; });", "a status from 200 to 599")]
    [InlineData("export default () => { throw { a: 1 }; };", "thrown: { a: 1 }")]
    [InlineData("export default 5;", "no function as its default export")]
    public void Error_OfItsResult_SaysWhatIsWrong(string source, string message) =>
        Assert.Contains(message, FailureOf("s.js", source).Summary, StringComparison.Ordinal);

    [Theory]
    [InlineData("a", 1, 1, "", 1, 1)]
    [InlineData("f(a, 'f(', b)", 1, 12, "f", 1, 1)]
    [InlineData("x.f(a).g(b)", 1, 10, "g", 1, 8)]
    [InlineData("f(`(${g(a)}`, b)", 1, 15, "f", 1, 1)]
    [InlineData("f(`(${g(a)}`, b)", 1, 9, "g", 1, 7)]
    [InlineData("f(a / b, (c) / 2, d)", 1, 19, "f", 1, 1)]
    [InlineData("f(/[/(]\\//, d)", 1, 12, "f", 1, 1)]
    [InlineData("f('unclosed (\n, d)", 2, 3, "f", 1, 1)]
    [InlineData("f(`unclosed ${", 1, 14, "f", 1, 1)]
    [InlineData(")))]}f(d", 1, 8, "f", 1, 6)]
    [InlineData("f(d", 9, 9, "f", 1, 1)]
    public void CallSite_IsTheNameOfTheCallAround(string code, int line, int column, string function, int wantedLine, int wantedColumn) =>
        Assert.Equal(
            (wantedLine, wantedColumn),
            CallSites.OfCall(new("m", "m", code, System.Text.Encoding.UTF8.GetBytes(code), null, default), (line, column), function));

    private static ScriptFailure FailureOf(string file, string source)
    {
        using var bench = new ScriptBench((file, source), ("_lib.ts", Library));
        bench.Handler = (call, _) => Task.FromResult(call.Handler == "bad" ? HandlerAnswer.Failure("TIMEOUT", "too slow") : ScriptBench.Json(200, new { }));
        try
        {
            return bench.Run(bench.Load(file)).Failure ?? throw new InvalidOperationException("it did not fail");
        }
        catch (ScriptLoadException exception)
        {
            return exception.Failure;
        }
    }
}
