using System.Diagnostics;
using System.Text.Json;
using System.Xml.Linq;
using Mik.Testing;

namespace Mik.EndToEnd.Tests;

/// <summary><c>mik test</c> and <c>mik types</c>.</summary>
public sealed class TestCommandTests : IDisposable
{
    private static readonly string Everything = RepositoryRoot.Combine("tests", "Mik.EndToEnd.Tests", "Scripts", "everything.test.ts");

    private readonly string _folder = Directory.CreateTempSubdirectory("mik-tests-").FullName;

    public TestCommandTests() => Write("mik.toml", "[project]\nname = \"tested\"\n[server]\nscripts = \"scripts/\"\n");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Sample_Tests_Pass()
    {
        var (exitCode, output, errors) = await MikProcess.RunAsync("test", "--config", RepositoryRoot.Combine("samples", "checkout", "mik.toml"));

        Assert.True(exitCode == 0, errors + output);
        Assert.Contains("scripts/checkout.test.ts", output, StringComparison.Ordinal);
        Assert.Contains("✓ creates order", output, StringComparison.Ordinal);
        Assert.Contains("1 passed", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Matchers_HooksAndMocks_DoWhatTheyDoElsewhere()
    {
        Write("scripts/everything.test.ts", File.ReadAllText(Everything));

        var (exitCode, output, errors) = await InFolderAsync("test", "--json");

        Assert.True(exitCode == 0, errors + output);
        var report = JsonDocument.Parse(output).RootElement;
        Assert.Equal(
            (18, 0, 2, 1),
            (report.GetProperty("passed").GetInt32(), report.GetProperty("failed").GetInt32(), report.GetProperty("skipped").GetInt32(),
                report.GetProperty("todo").GetInt32()));
        Assert.Contains(report.GetProperty("files")[0].GetProperty("tests").EnumerateArray(), test => test.GetProperty("name").GetString() == "1 and 2 make 3");
    }

    [Fact]
    public async Task Failure_ShowsTheDifferenceAndTheLineAsWritten()
    {
        Write("scripts/bad.test.ts", """
            interface Thing { a: number; list: string[] }
            const thing: Thing = { a: 1, list: ["this is a longer line of text", "and so is this, so that it breaks"] };

            test("differs", () => {
              expect(thing).toEqual({ a: 2, list: thing.list });
            });
            test("throws", async () => { await null; throw new TypeError("from inside"); });
            """);

        var (exitCode, output, _) = await InFolderAsync("test", "--junit", "out/results.xml");

        Assert.Equal(1, exitCode);
        Assert.Contains("✗ differs", output, StringComparison.Ordinal);
        Assert.Contains("- ", output, StringComparison.Ordinal);
        Assert.Contains("a: 2,", output, StringComparison.Ordinal);
        Assert.Contains("scripts/bad.test.ts:5:", output, StringComparison.Ordinal);
        Assert.Contains("> 5 |   expect(thing).toEqual", output, StringComparison.Ordinal);
        Assert.Contains("TypeError: from inside", output, StringComparison.Ordinal);
        Assert.Contains("scripts/bad.test.ts:7:", output, StringComparison.Ordinal);
        Assert.Contains("2 failed", output, StringComparison.Ordinal);
        var suite = XDocument.Load(Path.Combine(_folder, "out", "results.xml")).Root!.Element("testsuite")!;
        Assert.Equal(("2", "2"), (suite.Attribute("tests")!.Value, suite.Attribute("failures")!.Value));
        Assert.Contains("from inside", suite.Elements("testcase").Last().Element("failure")!.Value, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tests_ThatMustFail_Fail()
    {
        (string Source, string Why)[] all =
        [
            ("test('x', () => { Promise.reject(new Error('lost')); });", "lost"),
            ("test('x', () => { test('inside', () => {}); });", "while a test runs"),
            ("test('x', () => { expect.assertions(1); });", "expect.assertions(1): there were 0"),
            ("test('x', () => { expect.soft(1).toBe(2); expect.soft(1).toBe(3); });", "toBe(2)"),
            ("test.fails('x', () => {});", "expected to fail"),
            ("test('x', { retry: 1 }, () => { throw new Error('again'); });", "again"),
            ("test('x');", "needs a function"),
            ("describe('x', async () => { test('y', () => {}); });", "may not be async"),
            ("beforeAll(() => { throw new Error('no start'); }); test('x', () => {});", "no start"),
            ("afterEach(() => { throw new Error('no end'); }); test('x', () => {});", "no end"),
            ("beforeEach(() => new Promise(() => {}), 50); test('x', () => {});", "longer than 50 ms"),
            ("test('x', () => { expect(undefined).toMatch(/u/); });", "toMatch"),
            ("test('x', () => { expect(1).toMatchInlineSnapshot(); });", "no snapshots"),
            ("test('x', () => { expect('a', 'the letter').toBe('b'); });", "the letter: expect(\"a\").toBe(\"b\")"),
        ];
        for (var i = 0; i < all.Length; i++)
        {
            Write($"scripts/fails{i}.test.js", all[i].Source);
        }

        var (exitCode, output, _) = await InFolderAsync("test", "--json");

        Assert.Equal(1, exitCode);
        var files = JsonDocument.Parse(output).RootElement.GetProperty("files").EnumerateArray().ToDictionary(file => file.GetProperty("file").GetString()!);
        for (var i = 0; i < all.Length; i++)
        {
            Assert.Contains(Errors(files[$"scripts/fails{i}.test.js"]), error => error.Contains(all[i].Why, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Hostile_Tests_EndAndTheOthersRun()
    {
        Write("scripts/loop.test.js", "test('before', () => {});\ntest('endless', () => { for (;;) {} }, 200);\n");
        Write("scripts/never.test.js", "test('never', () => new Promise(() => {}), 100);\ntest('next', () => {});\n");
        Write("scripts/syntax.test.js", "test('x', () => {\n  const = 5;\n});\n");
        Write("scripts/memory.test.js", "test('memory', () => { const all = []; for (;;) all.push('x'.repeat(1 << 20) + all.length); });\n");
        Write("scripts/deep.test.js", "test('deep', () => { const f = () => 1 + f(); f(); });\ntest('after', () => {});\n");
        Write("scripts/outside.test.js", "import fs from 'fs';\ntest('x', () => {});\n");

        var (exitCode, output, _) = await InFolderAsync("test", "--json");

        Assert.Equal(1, exitCode);
        var files = JsonDocument.Parse(output).RootElement.GetProperty("files").EnumerateArray().ToDictionary(file => file.GetProperty("file").GetString()!);
        Assert.Equal(["passed", "failed"], States(files["scripts/loop.test.js"]));
        Assert.Equal(["failed", "passed"], States(files["scripts/never.test.js"]));
        Assert.Equal(["failed", "passed"], States(files["scripts/deep.test.js"]));
        Assert.Contains("SyntaxError", Error(files["scripts/syntax.test.js"]), StringComparison.Ordinal);
        Assert.Contains("\"fs\"", Error(files["scripts/outside.test.js"]), StringComparison.Ordinal);
        Assert.NotEqual(["passed"], States(files["scripts/memory.test.js"]));
    }

    [Fact]
    public async Task ThousandTests_AreRun()
    {
        Write(
            "scripts/many.test.js",
            string.Concat(Enumerable.Range(0, 1000).Select(index => $"test('t{index}', async () => {{ await null; expect({index}).toBe({index}); }});\n")));

        var (exitCode, output, _) = await InFolderAsync("test");

        Assert.Equal(0, exitCode);
        Assert.Contains("1000 passed", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("test t1", 0, "1 passed")]
    [InlineData("test one", 0, "2 passed")]
    [InlineData("test nothing-like-it", 1, "nothing ran")]
    public async Task Filter_IsPartOfAFileOrATest(string words, int code, string summary)
    {
        Write("scripts/one.test.js", "test('t1', () => {});\ntest('t2', () => {});\n");
        Write("scripts/two.spec.js", "test('t3', () => {});\n");

        var (exitCode, output, _) = await InFolderAsync(words.Split(' '));

        Assert.Equal(code, exitCode);
        Assert.Contains(summary, output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NoTests_IsAFailure()
    {
        Write("scripts/s.js", "export default () => 1;");

        var (exitCode, _, errors) = await InFolderAsync("test");

        Assert.Equal(1, exitCode);
        Assert.Contains("there are no tests", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Types_HaveTheNamesOfTheHandlers()
    {
        Write("modules/auth.wasm", "");
        Write("modules/orders-composed.wasm", "");

        Assert.Equal(0, (await InFolderAsync("types")).ExitCode);

        var text = File.ReadAllText(Path.Combine(_folder, "scripts", "mik-env.d.ts"));
        Assert.Contains("\"auth\": unknown;", text, StringComparison.Ordinal);
        Assert.Contains("\"orders\": unknown;", text, StringComparison.Ordinal);
    }

    [ToolFact("node npm npx")]
    public async Task Sdk_InAProjectOfItsOwn_RunsTheSameTestElsewhere()
    {
        Write("package.json", "{ \"private\": true, \"type\": \"module\" }");
        foreach (var name in new[] { "checkout.ts", "checkout.test.ts" })
        {
            File.Copy(RepositoryRoot.Combine("samples", "checkout", "scripts", name), Path.Combine(_folder, name));
        }

        File.Copy(Everything, Path.Combine(_folder, "everything.test.ts"));
        Write("modules/auth.wasm", "");
        Assert.Equal(0, (await InFolderAsync("types")).ExitCode);
        Write(
            "complete.ts",
            "import type { Handlers } from \"mik-sdk\";\nexport const known: keyof Handlers = \"auth\";\n// @ts-expect-error there is no such "
                + "handler\nexport const unknown: keyof Handlers = \"other\";\n");
        Write("tsconfig.json", """
            {
              "compilerOptions": { "strict": true, "noImplicitAny": false, "noEmit": true, "target": "es2022", "module": "esnext", "moduleResolution": "bundler", "types": [] },
              "include": ["*.ts", "scripts/*.d.ts"]
            }
            """);
        if (await RunAsync("npm", "install", "--no-audit", "--no-fund", "--silent", RepositoryRoot.Combine("sdk"), "vitest@3.2.4", "typescript@5.9.3") != 0)
        {
            // The registry cannot be reached: then there is nothing to compare with.
            return;
        }

        Assert.Equal(0, await RunAsync("npx", "vitest", "run", "--globals"));
        Assert.Equal(0, await RunAsync("npx", "tsc", "-p", "."));
    }

    private async Task<int> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(program, arguments) { WorkingDirectory = _folder, RedirectStandardOutput = true, UseShellExecute = false })!;
        await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode;
    }

    private static string[] States(JsonElement file) => [.. file.GetProperty("tests").EnumerateArray().Select(test => test.GetProperty("state").GetString()!)];

    private static string[] Errors(JsonElement file) =>
        [.. file.GetProperty("tests").EnumerateArray().Append(file).Select(one => one.GetProperty("error"))
            .Where(error => error.ValueKind == JsonValueKind.Object).Select(error => error.GetProperty("message").GetString()!)];

    private static string Error(JsonElement file) => file.GetProperty("error").GetProperty("message").GetString()!;

    private Task<(int ExitCode, string Output, string Errors)> InFolderAsync(params string[] words) => MikProcess.RunInAsync(_folder, words);

    private void Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
