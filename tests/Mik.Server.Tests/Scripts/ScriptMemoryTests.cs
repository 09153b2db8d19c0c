using System.Net;
using System.Text.Json;
using Mik.Server.Options;
using Mik.Server.Tests.Modules;

namespace Mik.Server.Tests.Scripts;

/// <summary>Loaded scripts have their share of what may be kept in memory, and no more.</summary>
public sealed class ScriptMemoryTests : IDisposable
{
    private const string Keeping = "globalThis.keep = new Uint8Array(10e6).fill(7); export default () => 'kept';";

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("tenants/a/scripts/", "/tenant/a/script/")]
    [InlineData("scripts/", "/script/")]
    public async Task Scripts_OfManyMegabytes_MakeRoomForEachOther(string folder, string path)
    {
        _folder.Write("modules/one.wasm", "one");
        Directory.CreateDirectory(_folder["scripts"]);
        for (var script = 0; script < 5; script++)
        {
            _folder.Write($"{folder}s{script}.js", Keeping);
        }

        await using var server = await StartAsync(options => options with { MaxCacheBytes = 40 << 20 });
        Assert.Equal("one", await ModuleFolderTests.GetAsync(server, "/run/one/"));
        for (var request = 0; request < 10; request++)
        {
            Assert.Equal("\"kept\"", await server.Client.GetStringAsync($"{path}s{request % 5}"));
        }

        var cache = await CacheAsync(server);
        Assert.InRange(cache.GetProperty("bytes").GetInt64(), 20 << 20, 40 << 20);
        Assert.InRange(cache.GetProperty("evictions").GetInt64(), 2, 20);
        Assert.Equal("one", await ModuleFolderTests.GetAsync(server, "/run/one/"));
    }

    [Fact]
    public async Task Scripts_BeyondTheNumber_MakeRoom_AndModulesDoNot()
    {
        _folder.Write("modules/one.wasm", "one");
        for (var script = 0; script < 4; script++)
        {
            _folder.Write($"tenants/a/scripts/s{script}.js", "let calls = 0; export default () => 'fine';");
        }

        await using var server = await StartAsync(options => options with { CacheSize = 2 });
        Assert.Equal("one", await ModuleFolderTests.GetAsync(server, "/run/one/"));
        foreach (var script in new[] { 0, 1, 2, 3, 0, 3 })
        {
            Assert.Equal("\"fine\"", await server.Client.GetStringAsync($"/tenant/a/script/s{script}"));
        }

        var cache = await CacheAsync(server);
        Assert.Equal((1, 3), (cache.GetProperty("modules").GetInt32(), cache.GetProperty("evictions").GetInt32()));
    }

    [Fact]
    public async Task Script_ThatKeepsTooMuch_FailsWithTheReasonInTheLog()
    {
        _folder.Write("tenants/a/scripts/big.js", "globalThis.keep = new Uint8Array(60e6).fill(7); export default () => 'kept';");
        await using var server = await StartAsync(options => options);

        using var response = await server.Client.GetAsync("/tenant/a/script/big");

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Contains(server.Log.Lines, line => line.Contains("more than 32 MB", StringComparison.Ordinal));
        Assert.InRange((await CacheAsync(server)).GetProperty("bytes").GetInt64(), 0, 1 << 20);
    }

    private static async Task<JsonElement> CacheAsync(TestServer server) =>
        JsonDocument.Parse(await server.Client.GetStringAsync("/health")).RootElement.GetProperty("cache");

    private Task<TestServer> StartAsync(Func<MikServerOptions, MikServerOptions> change)
    {
        Directory.CreateDirectory(_folder["modules"]);
        Directory.CreateDirectory(_folder["tenants"]);
        return TestServer.StartAsync(
            TestFolder.Load,
            options => change(options with
            {
                Modules = [],
                ModulesPath = _folder["modules"],
                UserModulesPath = _folder["tenants"],
                ScriptsFolder = Directory.Exists(_folder["scripts"]) ? _folder["scripts"] : null,
            }));
    }
}
