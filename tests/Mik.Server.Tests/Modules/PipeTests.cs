using System.Net;
using System.Runtime.InteropServices;
using Mik.Server.Modules;
using Mik.Server.Options;

namespace Mik.Server.Tests.Modules;

/// <summary>Pipes where files are expected: opening one would wait for ever.</summary>
public sealed class PipeTests
{
    [Fact]
    public async Task PipesInFolders_AreNotOpened()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        using var scripts = new ScriptProject(("fine.js", "export default () => 'fine';"));
        using var folder = new TestFolder();
        foreach (var path in new[] { Path.Combine(scripts.Folder, "pipe.js"), Path.Combine(folder.Path, "pipe.txt") })
        {
            Assert.Equal(0, MakeFifo(path, 0x1b6));
        }

        await File.WriteAllTextAsync(Path.Combine(folder.Path, "empty.txt"), "");
        await using var server = await TestServer.StartAsync(
            (_, _, _) => throw new InvalidOperationException(),
            options => options with { ScriptsFolder = scripts.Folder, StaticFolder = folder.Path });

        if (OperatingSystem.IsLinux())
        {
            Assert.Equal(HttpStatusCode.NotFound, (await server.Client.GetAsync(new Uri("/static/pipe.txt", UriKind.Relative))).StatusCode);
        }

        Assert.Equal("", await server.Client.GetStringAsync(new Uri("/static/empty.txt", UriKind.Relative)));
        Assert.Equal(HttpStatusCode.InternalServerError, (await server.Client.GetAsync(new Uri("/script/pipe", UriKind.Relative))).StatusCode);
        Assert.Equal("\"fine\"", await server.Client.GetStringAsync(new Uri("/script/fine", UriKind.Relative)));
    }

    [Fact]
    public void PipeAsModule_IsNoWebAssembly()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        using var folder = new TestFolder();
        var path = Path.Combine(folder.Path, "pipe.wasm");
        Assert.Equal(0, MakeFifo(path, 0x1b6));

        var refused = Assert.Throws<ModuleLoadException>(() => new ModuleLoader(new()).Load(new ModuleConfig("pipe", path), CancellationToken.None));

        Assert.Contains("WebAssembly", refused.Message, StringComparison.Ordinal);
    }

    [DllImport("libc", EntryPoint = "mkfifo")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int MakeFifo([MarshalAs(UnmanagedType.LPUTF8Str)] string path, uint mode);
}
