using System.Diagnostics;
using System.Net;

namespace Mik.EndToEnd.Tests;

/// <summary>What <c>mik new</c> writes: every command of its README is run as it stands there, at a port that is free.</summary>
public sealed class TemplateTests : IDisposable
{
    private static readonly Lazy<Task<string>> Packages = new(InstallAsync);

    private readonly string _folder = Directory.CreateTempSubdirectory("mik-template-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [ToolTheory("node npm curl sh")]
    [InlineData("js", "hello")]
    [InlineData("js", "api")]
    [InlineData("js", "proxy")]
    [InlineData("ts", "hello")]
    [InlineData("ts", "api")]
    [InlineData("ts", "proxy")]
    public async Task Readme_OfAComponent_Holds(string language, string template)
    {
        var project = await NewAsync(language, template);
        Directory.CreateSymbolicLink(Path.Combine(project, "node_modules"), await Packages.Value);

        await RunReadmeAsync(project);
    }

    [CFact]
    public async Task Readme_InC_Holds() => await RunReadmeAsync(await NewAsync("c", "hello"));

    [ToolTheory("curl sh")]
    [InlineData("js")]
    [InlineData("ts")]
    public async Task Readme_OfScripts_Holds(string language) => await RunReadmeAsync(await NewAsync(language, "scripts"));

    [ToolTheory("node npm")]
    [InlineData("js", "api", "/run/app/")]
    [InlineData("ts", "api", "/run/app/items/7")]
    [InlineData("js", "scripts", "/script/hello")]
    public async Task Head_OfWhatHasGet_IsAnswered(string language, string template, string path)
    {
        var project = await NewAsync(language, template);
        if (template == "api")
        {
            Directory.CreateSymbolicLink(Path.Combine(project, "node_modules"), await Packages.Value);
            await BuildAsync(project);
        }

        await using var mik = await MikProcess.StartAsync(["run", "--timeout", "90"], project);
        using var client = mik.NewClient();
        using var request = new HttpRequestMessage(HttpMethod.Head, path);
        using var response = await client.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync());
    }

    [ToolTheory("node npm")]
    [InlineData("run")]
    [InlineData("dev")]
    public async Task Throw_InAHandler_IsA500WithTheLineInTheTerminal(string command)
    {
        var project = await NewAsync("ts", "hello");
        Directory.CreateSymbolicLink(Path.Combine(project, "node_modules"), await Packages.Value);
        await File.WriteAllTextAsync(Path.Combine(project, "src", "index.ts"), """
            import { half } from './half.ts';

            export default {
              async fetch(request: Request): Promise<Response> {
                return new Response(String(half(await request.json())));
              },
            };
            """);
        await File.WriteAllTextAsync(Path.Combine(project, "src", "half.ts"), """
            interface Body { n: { value: number } }

            export const half = (body: Body): number => body.n.value / 2;
            """);
        await BuildAsync(project);

        await using var mik = await MikProcess.StartAsync([command, "--timeout", "90"], project);
        using var client = mik.NewClient();
        for (var i = 0; i < 6; i++)
        {
            using var broken = await client.PostAsync($"/run/app/", new StringContent("{}"));
            Assert.Equal(HttpStatusCode.InternalServerError, broken.StatusCode);
            Assert.Equal("application/problem+json", broken.Content.Headers.ContentType?.MediaType);
        }

        await mik.WroteAsync("TypeError");
        await mik.WroteAsync("src/half.ts:3:");
        await mik.WroteAsync("> 3 | export const half");
        using var fine = await client.PostAsync($"/run/app/", new StringContent("{\"n\":{\"value\":8}}"));
        Assert.Equal("4", await fine.Content.ReadAsStringAsync());
    }

    [ToolFact("node npm")]
    public async Task Build_WrongTypes_FailsUnlessTheyAreNotChecked()
    {
        var project = await NewAsync("ts", "hello");
        Directory.CreateSymbolicLink(Path.Combine(project, "node_modules"), await Packages.Value);
        await File.WriteAllTextAsync(
            Path.Combine(project, "src", "index.ts"),
            "export default { fetch: (): Response => { const x: number = 'a'; return new Response(String(x)); } };\n");

        var (exitCode, output, errors) = await MikProcess.RunInAsync(project, ["build"]);

        Assert.Equal(1, exitCode);
        Assert.Contains("src/index.ts(1,49): error TS2322", output + errors, StringComparison.Ordinal);
        Assert.Equal(0, (await MikProcess.RunInAsync(project, ["build", "--no-check"])).ExitCode);
    }

    [ToolTheory("node npm")]
    [InlineData("export async function fetch() { return new Response('a'); }", "it must say export default { async fetch(request, env)")]
    [InlineData("import { Hono } from 'hono'; export default new Hono();", "npm install hono")]
    [InlineData("import fs from 'node:fs'; export default { fetch: () => new Response(fs.readFileSync('x')) };", "modules of Node.js are not there")]
    [InlineData("await fetch('http://127.0.0.1/'); export default { fetch: () => new Response('a') };",
        "do it in fetch(request, env)\n    at <anonymous> (src/index.js:1:7)")]
    [InlineData("export default { fetch: () => new Response('a' };", "src/index.js:1:47")]
    public async Task Build_OfAMistake_SaysWhatToDoAndNothingOfTheRuntime(string source, string told)
    {
        var project = await NewAsync("js", "hello");
        Directory.CreateSymbolicLink(Path.Combine(project, "node_modules"), await Packages.Value);
        await File.WriteAllTextAsync(Path.Combine(project, "src", "index.js"), source);

        var (exitCode, output, errors) = await MikProcess.RunInAsync(project, ["build"]);

        Assert.Equal(1, exitCode);
        Assert.Contains(told, (output + errors).ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.DoesNotContain("goroutine", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("(.mik/", errors, StringComparison.Ordinal);
    }

    [ToolFact("node npm sh")]
    public async Task Types_OfAFreshProject_LeaveNothingRed()
    {
        var project = await NewAsync("ts", "scripts");
        var compiler = Path.Combine(await Packages.Value, "typescript", "bin", "tsc");

        Assert.Equal(0, (await MikProcess.RunInAsync(project, ["types"])).ExitCode);

        var (exitCode, output) = await ShellAsync(project, $"node {compiler} --noEmit");
        Assert.True(exitCode == 0, output);
    }

    [ToolFact("node npm")]
    public async Task Dev_ChangedSource_IsBuiltAndServedWithALine()
    {
        var project = await NewAsync("js", "hello");
        Directory.CreateSymbolicLink(Path.Combine(project, "node_modules"), await Packages.Value);
        var source = Path.Combine(project, "src", "index.js");

        await using var mik = await MikProcess.StartAsync(["dev"], project);
        using var client = mik.NewClient();
        Assert.StartsWith("Hello from app!", await client.GetStringAsync("/run/app/"), StringComparison.Ordinal);
        await File.WriteAllTextAsync(source, (await File.ReadAllTextAsync(source)).Replace("Hello from", "Welcome to", StringComparison.Ordinal));
        await mik.WroteAsync("built ");
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!(await client.GetStringAsync("/run/app/", limit.Token)).StartsWith("Welcome to app!", StringComparison.Ordinal))
        {
            await Task.Yield();
        }
    }

    [ToolFact("node npm")]
    public async Task Dev_WrongTypes_AreToldBesideWhatIsServed()
    {
        var project = await NewAsync("ts", "hello");
        Directory.CreateSymbolicLink(Path.Combine(project, "node_modules"), await Packages.Value);
        var source = Path.Combine(project, "src", "index.ts");

        await using var mik = await MikProcess.StartAsync(["dev"], project);
        using var client = mik.NewClient();
        await File.WriteAllTextAsync(
            source, "export default { fetch: (): Response => { const x: number = 'served'; return new Response(String(x)); } };\n");

        await mik.WroteAsync("error[build-failed]: the types are not right");
        await mik.WroteAsync("src/index.ts(1,49): error TS2322");
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (await client.GetStringAsync("/run/app/", limit.Token) != "served")
        {
            await Task.Delay(20, limit.Token);
        }
    }

    [Fact]
    public async Task Dev_ProjectOfScripts_BuildsNothingAndTestsWhatChanges()
    {
        var project = await NewAsync("js", "scripts");

        await using var mik = await MikProcess.StartAsync(["dev"], project);
        Assert.DoesNotContain("error", mik.Errors, StringComparison.Ordinal);
        await File.AppendAllTextAsync(Path.Combine(project, "scripts", "hello.js"), "\n// changed\n");

        await mik.WroteAsync("2 passed");
    }

    private async Task<string> NewAsync(string language, string template)
    {
        var (exitCode, _, errors) = await MikProcess.RunInAsync(_folder, ["new", "app", "--lang", language, "--template", template]);
        Assert.True(exitCode == 0, errors);
        var project = Path.Combine(_folder, "app");
        var port = $"{FreePort.Choose()}";
        foreach (var file in Directory.EnumerateFiles(project, "*", SearchOption.AllDirectories)
            .Where(file => !file.EndsWith(".json", StringComparison.Ordinal)))
        {
            await File.WriteAllTextAsync(file, (await File.ReadAllTextAsync(file)).Replace("3000", port, StringComparison.Ordinal));
        }

        return project;
    }

    private static async Task BuildAsync(string project)
    {
        var (exitCode, output, errors) = await MikProcess.RunInAsync(project, ["build"]);
        Assert.True(exitCode == 0, output + errors);
    }

    /// <summary>The packages of the templates, installed once: TypeScript's are all.</summary>
    private static async Task<string> InstallAsync()
    {
        var folder = Directory.CreateTempSubdirectory("mik-packages-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        Assert.Equal(0, (await MikProcess.RunInAsync(folder, ["new", "all", "--lang", "ts"])).ExitCode);
        var (exitCode, output) = await ShellAsync(Path.Combine(folder, "all"), "npm install --no-audit --no-fund --loglevel=error");
        Assert.True(exitCode == 0, output);
        var modules = Path.Combine(folder, "all", "node_modules");

        // Newer than the projects that will use it, so that none installs it again.
        File.SetLastWriteTimeUtc(Path.Combine(modules, ".package-lock.json"), DateTime.UtcNow.AddDays(1));
        return modules;
    }

    private static async Task RunReadmeAsync(string project)
    {
        MikProcess? server = null;
        try
        {
            foreach (var line in await CommandsAsync(project))
            {
                if (line == "mik run")
                {
                    server = await MikProcess.StartAsync(["run"], project);
                }
                else if (line.StartsWith("mik ", StringComparison.Ordinal))
                {
                    var (exitCode, output, errors) = await MikProcess.RunInAsync(project, line.Split(' ')[1..]);
                    Assert.True(exitCode == 0, $"{line}\n{output}{errors}");
                }
                else
                {
                    var (exitCode, output) = await ShellAsync(project, $"{line} -sS -w '\n%{{http_code}}'");
                    Assert.True(exitCode == 0 && output.TrimEnd()[^3..] is "200" or "201" or "422", $"{line}\n{output}\n{server?.Errors}");
                }
            }
        }
        finally
        {
            if (server is not null)
            {
                await server.DisposeAsync();
            }
        }
    }

    private static async Task<string[]> CommandsAsync(string project)
    {
        var readme = await File.ReadAllTextAsync(Path.Combine(project, "README.md"));
        var block = readme.Split("```sh\n")[1].Split("```")[0];
        return [.. block.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(" # ")[0].Trim())];
    }

    private static async Task<(int ExitCode, string Output)> ShellAsync(string folder, string command)
    {
        using var shell = Process.Start(
            new ProcessStartInfo("sh", ["-c", command + " 2>&1"]) { WorkingDirectory = folder, RedirectStandardOutput = true, UseShellExecute = false })!;
        var output = await shell.StandardOutput.ReadToEndAsync();
        await shell.WaitForExitAsync();
        return (shell.ExitCode, output);
    }
}
