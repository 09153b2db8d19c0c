using System.Diagnostics;
using System.Text.Json;

namespace Mik.EndToEnd.Tests;

/// <summary>What mik writes, in the hands of jco.</summary>
public sealed class OtherToolchainTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mik-jco-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [JcoFact]
    public async Task Compose_Result_IsAccepted()
    {
        var composed = await ComposedAsync();

        await AssertAsync($$"""
            const wit = tools.componentWit(readFileSync({{JsonSerializer.Serialize(composed)}}));
            if (!wit.includes('export wasi:http/incoming-handler@0.2.3') || wit.includes('mik:core')) throw new Error(wit);
            """);
    }

    [JcoFact]
    public async Task Inspect_Wit_IsReadAsWritten()
    {
        string[] components = [await ComposedAsync(), .. new[] { "hello", "versions", "rust", "libc", "surface", "bad/huge-memory" }.Select(MikProcess.Guest)];
        foreach (var component in components)
        {
            var (exitCode, wit, errors) = await MikProcess.RunAsync("inspect", component, "--wit");
            Assert.Equal((0, ""), (exitCode, errors));
            await File.WriteAllTextAsync(Path.Combine(_folder, $"{Path.GetFileNameWithoutExtension(component)}.wit"), wit);
        }

        // A component is made from each text; its world must be the one that the text says. Of two versions of an interface jco makes one.
        await AssertAsync($$"""
            for (const file of readdirSync('.').filter(name => name.endsWith('.wit'))) {
              const wit = readFileSync(file, 'utf8');
              const core = tools.componentEmbed({ witSource: wit, dummy: true, world: 'root' });
              if (file === 'versions.wit') continue;
              const read = tools.componentWit(tools.componentNew(core, []));
              for (const [line] of wit.matchAll(/^  (import|export) .*;$/gm)) {
                if (!read.includes(line.trim())) throw new Error(file + ' lost ' + line + '\n' + read);
              }
            }
            """);
    }

    private async Task<string> ComposedAsync()
    {
        var composed = Path.Combine(_folder, "composed.wasm");
        Assert.Equal(
            0, (await MikProcess.RunAsync("compose", MikProcess.Guest("bridge"), "--plug", MikProcess.Guest("core-handler"), "-o", composed)).ExitCode);
        return composed;
    }

    private async Task AssertAsync(string statements)
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "check.mjs"), $$"""
            import { readFileSync, readdirSync } from 'node:fs';
            import { $init, tools } from {{JsonSerializer.Serialize(new Uri(JcoFactAttribute.Module).AbsoluteUri)}};
            await $init;
            {{statements}}
            """);
        using var node =
            new Process { StartInfo = new("node", ["check.mjs"]) { WorkingDirectory = _folder, RedirectStandardError = true, UseShellExecute = false } };
        node.Start();
        var errors = await node.StandardError.ReadToEndAsync();
        await node.WaitForExitAsync();
        Assert.True(node.ExitCode == 0, errors);
    }
}
