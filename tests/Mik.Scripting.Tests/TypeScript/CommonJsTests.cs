using Mik.Scripting.Execution;

namespace Mik.Scripting.Tests.TypeScript;

/// <summary>CommonJS: as <c>tsc</c> writes it, and as people do.</summary>
public sealed class CommonJsTests(ITestOutputHelper output)
{
    private const string EsModule = "\"use strict\";\nObject.defineProperty(exports, \"__esModule\", { value: true });\n";

    public static TheoryData<string, string> Alone => new()
    {
        { "module.exports = () => 'function';", "\"function\"" },
        { "exports.default = () => 'default';", "\"default\"" },
        { "module.exports.default = async () => 'async';", "\"async\"" },
        { EsModule + "exports.default = () => 'marked';", "\"marked\"" },
        { EsModule + "const sdk_1 = require(\"mik-sdk\");\nexports.default = (0, sdk_1.script)(async (req) => (0, sdk_1.ok)({ method: req.method }));",
            "{\"method\":\"POST\"}" },
        { EsModule + "exports.default = void 0;\nconst { script } = require('mik-sdk');\nexports.default = script(() => [typeof module, typeof "
            + "require, typeof exports, __filename, __dirname]);", "[\"object\",\"function\",\"object\",\"scripts/s.js\",\"scripts\"]" },
        { "#!/usr/bin/env node\nmodule.exports = () => 'hashbang';", "\"hashbang\"" },
        { "module.exports = () => 1 // the end", "1" },
        { "if (true) { module.exports = () => 'conditional'; return; }\nmodule.exports = 5;", "\"conditional\"" },
        { "module.exports = () => { try { require('./' + 'x'); } catch (e) { return e.message; } };",
            "\"scripts/s.js requires \\\"./x\\\": what is required must be a text that stands in the call\"" },
        { "// exports are written about here\nexport default () => 'module';", "\"module\"" },
        { "const text = 'exports.a = 1'; export default () => text;", "\"exports.a = 1\"" },
        { "export default () => { const exports = { a: 1 }; return exports.a; };", "1" },
    };

    public static TheoryData<string, string, string> WithOthers => new()
    {
        // Bodies run when they are required, once.
        { "const log = globalThis.log = ['s'];\nrequire('./_a');\nlog.push('between');\nrequire('./_b');\nrequire('./_a');\nmodule.exports = () => log;",
            "_a.js: log.push('a'); exports.x = 1;|_b.js: log.push('b'); exports.x = 2;", "[\"s\",\"a\",\"between\",\"b\"]" },
        { "module.exports = () => (globalThis.ran ? 'ran' : 'lazy') + require('./_a').x + globalThis.ran;", "_a.js: globalThis.ran = true; exports.x = 1;",
            "\"lazy1true\"" },
        // Cycles see what is there so far.
        { "exports.early = 1;\nconst a = require('./_a');\nexports.late = 2;\nexports.default = () => [a.seen, a.now()];",
            "_a.js: const s = require('./s'); exports.seen = [s.early, s.late === undefined]; exports.now = () => s.late;", "[[1,true],2]" },
        // The other kind of modules, and JSON.
        { "const lib = require('./_lib'), data = require('./data.json');\nmodule.exports = () => [lib.default, lib.a, lib.__esModule, data.x, "
            + "data.__esModule === undefined];", "_lib.js: export default 5; export const a = 6;|data.json: { \"x\": [1] }", "[5,6,true,[1],true]" },
        { "const lib = require('./_lib');\nmodule.exports = () => [lib.a, lib.__esModule === undefined];", "_lib.ts: export const a: number = 6;", "[6,true]" },
        { "const a = require('./_a');\nmodule.exports = () => a.f(2);",
            "_a.ts: import b = require('./_b'); export = { f: (x: number) => b.g(x) };|_b.ts: export const g = (x: number) => x + 1;", "3" },
        { EsModule + "var __importDefault = (this && this.__importDefault) || function (mod) { return (mod && mod.__esModule) ? mod : { \"default\": "
            + "mod }; };\nconst a_1 = __importDefault(require(\"./_a\"));\nconst b_1 = __importDefault(require(\"./_b\"));\nexports.default = () => "
            + "[a_1.default, b_1.default()];", "_a.js: exports.__esModule = true; exports.default = 'a';|_b.js: module.exports = () => 'b';", "[\"a\",\"b\"]" },
        { EsModule + "module.exports.default = () => Promise.resolve().then(() => require('./_a')).then((a) => a.x);", "_a.js: exports.x = 4;", "4" },
        // Modules that import it.
        { "import a, { x, y } from './_a'; import * as all from './_a'; export default () => [a(), x, y, Object.keys(all).sort()];",
            "_a.js: module.exports = () => 'f'; module.exports.x = 1; exports.y = 2; Object.defineProperty(module.exports, 'y', { value: 3 });",
            "[\"f\",1,3,[\"default\",\"x\",\"y\"]]" },
        { "import { x, z } from './_a'; export default () => [x, z];", "_a.js: 'use strict'; module.exports = { x: 1, 'z': 2 };", "[1,2]" },
        { "import { b } from './_a'; export default () => b;",
            "_a.js: Object.defineProperty(exports, '__esModule', { value: true }); var __exportStar = function (m, e) { for (const k in m) if (!(k in "
                + "e)) e[k] = m[k]; }; __exportStar(require('./_b'), exports);|_b.js: exports.__esModule = true; exports.b = 7;", "7" },
        { "import d from './data.json'; import e from './data.json' with { type: 'json' }; export default () => [d.a, e.a];",
            "data.json: { \"a\": \"it's </x>\" }", "[\"it's </x>\",\"it's </x>\"]" },
    };

    [Theory]
    [MemberData(nameof(Alone))]
    public void File_IsRun(string source, string expected) => Assert.Equal(expected, SnippetResult.Of([("s.js", source)]));

    [Theory]
    [MemberData(nameof(WithOthers))]
    public void Files_RequireEachOther(string source, string others, string expected) => Assert.Equal(expected, SnippetResult.Of(
        [("s.js", source), .. others.Split('|').Select(file => file.Split(": ", 2)).Select(parts => (parts[0], parts[1]))]));

    [Theory]
    [InlineData("const fs = require('fs');\nmodule.exports = () => fs;", "scripts/s.js imports \"fs\"", "scripts/s.js:1:20")]
    [InlineData("\nconst a = require('./none');\nmodule.exports = () => a;", "there is no such file", "scripts/s.js:2:19")]
    [InlineData("const a = require('../../etc/passwd');\nmodule.exports = () => a;", "outside the scripts folder", "scripts/s.js:1:19")]
    [InlineData("exports.a = 5;", "has no function as its default export", null)]
    [InlineData("exports.a = 5;\nthrow new Error('top level');", "top level", "scripts/s.js:2:")]
    public void File_ThatCannotBeLoaded_SaysWhyAndWhere(string source, string message, string? place)
    {
        using var bench = new ScriptBench(("s.js", source));

        var failure = Assert.Throws<ScriptLoadException>(() => bench.Load("s.js")).Failure;

        Assert.Contains(message, failure.Summary, StringComparison.Ordinal);
        Assert.Contains(place ?? "", string.Join('\n', failure.Frames), StringComparison.Ordinal);
    }

    [TscFact]
    public void Project_CompiledByTsc_IsRun()
    {
        (string Name, string Source)[] files =
        [
            ("s.ts", """
                import { script, ok } from "mik-sdk";
                import total, { Kind, type Item } from "./_lib/total";
                import * as shapes from "./_lib/shapes";
                import legacy = require("./_lib/legacy");
                export default script(async (req: any, host: any) => {
                    const items: Item[] = [{ price: 2 }, { price: 3 }];
                    const { late } = await import("./_lib/late");
                    return ok({ total: total(...items), kind: Kind[Kind.Large], area: new shapes.Square(3).area, late, legacy: legacy("x"), spread: { ...items[0] } });
                });
                """),
            ("_lib/total.ts", """
                export interface Item { price: number }
                export enum Kind { Small, Large }
                export * from "./shapes";
                export default function total(...items: Item[]): number { let sum = 0; for (const { price } of items) sum += price; return sum; }
                """),
            ("_lib/shapes.ts", "abstract class Shape { abstract area: number; }\nexport class Square extends Shape { area: number; constructor(private "
                + "side: number) { super(); this.area = side ** 2; } }\n"),
            ("_lib/legacy.ts", "function legacy(name: string) { return `legacy ${name}`; }\nnamespace legacy { export const version = 1; }\nexport = "
                + "legacy;\n"),
            ("_lib/late.ts", "export const late = \"late\";\n"),
        ];
        var expected = SnippetResult.Of(files);
        Assert.Equal("""{"total":5,"kind":"Large","area":9,"late":"late","legacy":"legacy x","spread":{"price":2}}""", expected);

        foreach (var (version, options) in new[] { (TscFactAttribute.OlderVersion, Array.Empty<string>()),
            (TscFactAttribute.Version, ["--ignoreConfig", "--module", "commonjs"]),
            (TscFactAttribute.OlderVersion, ["--target", "es2022", "--module", "commonjs", "--esModuleInterop"]) })
        {
            if (Tsc.TryGet(version, out var reason) is not { } tsc)
            {
                output.WriteLine($"skipped: {reason}");
                return;
            }

            var folder = Directory.CreateTempSubdirectory("mik-commonjs-").FullName;
            try
            {
                Directory.CreateDirectory(Path.Combine(folder, "_lib"));
                foreach (var (name, source) in files)
                {
                    File.WriteAllText(Path.Combine(folder, name), source);
                }

                tsc.Compile(folder, [.. files.Select(file => file.Name)], options);
                (string Name, string Source)[] compiled =
                    [.. files.Select(file => Path.ChangeExtension(file.Name, ".js"))
                        .Select(name => (name, File.ReadAllText(Path.Combine(folder, "out", name))))];
                Assert.Contains("require(\"mik-sdk\")", compiled[0].Source, StringComparison.Ordinal);

                Assert.Equal(expected, SnippetResult.Of(compiled));
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }
}
