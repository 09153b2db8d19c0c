using System.Text.Json;
using Mik.Server.Modules;
using Mik.Server.Options;

namespace Mik.Server.Tests.Modules;

/// <summary>What instances of modules begin with is kept for the next ones, within the size of what is kept in memory.</summary>
public sealed class ModuleMemoryTests : IDisposable
{
    // A component whose start function fills 10 MiB, and whose handler answers nothing.
    private const string FillsTenMegabytes =
        "AGFzbQ0AAQAHLgFCAgQAEGluY29taW5nLXJlcXVlc3QDAQQAEXJlc3BvbnNlLW91dHBhcmFtAwEKGgEAFXdhc2k6aHR0cC90eXBlc0AwLjIuMwUABioCAwAA"
        + "EGluY29taW5nLXJlcXVlc3QDAAARcmVzcG9uc2Utb3V0cGFyYW0BVwBhc20BAAAAAQkCYAAAYAJ/fwADAwIAAQUEAQCgAQcKAQZoYW5kbGUAAQgBAAoUAg4A"
        + "QQBBB0GAgIAF/AsACwMAAAsAEgRuYW1lAAUEbWFpbgEEAQABcwIEAQAAAAcgA2kBaQJAAgdyZXF1ZXN0AwxyZXNwb25zZS1vdXQEAQAGDAEAAAEABmhhbmRs"
        + "ZQgGAQAAAAAFBQ0BAQEABmhhbmRsZQEACyYBACB3YXNpOmh0dHAvaW5jb21pbmctaGFuZGxlckAwLjIuMwUBAABgDmNvbXBvbmVudC1uYW1lAQkAEQEABG1h"
        + "aW4BDQASAQAIaW5zdGFuY2UBCgEBAAZoYW5kbGUBFQMCAQdyZXF1ZXN0AghvdXRwYXJhbQESBQIABXR5cGVzAQdoYW5kbGVy";

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Instances_ThatBeginWithMuch_MakeRoomForEachOther()
    {
        var (bytes, evictions) = await AskAsync(maximumBytes: 40 << 20);

        Assert.InRange(bytes, 30 << 20, 40 << 20);
        Assert.Equal(2, evictions);
    }

    [Fact]
    public async Task Instances_ThatBeginWithMoreThanHalf_AreMadeAnewEachTime()
    {
        var (bytes, evictions) = await AskAsync(maximumBytes: 16 << 20);

        Assert.InRange(bytes, 1, 10_000);
        Assert.Equal(0, evictions);
    }

    private async Task<(long Bytes, long Evictions)> AskAsync(long maximumBytes)
    {
        Directory.CreateDirectory(_folder["modules"]);
        for (var module = 0; module < 5; module++)
        {
            File.WriteAllBytes(_folder[$"modules/m{module}.wasm"], Convert.FromBase64String(FillsTenMegabytes));
        }

        var options = new MikServerOptions();
        await using var server = await TestServer.StartAsync(
            module => new ModuleLoader(options).Load(module, CancellationToken.None),
            changed => changed with { Modules = [], ModulesPath = _folder["modules"], MaxCacheBytes = maximumBytes });
        for (var request = 0; request < 10; request++)
        {
            using var response = await server.Client.GetAsync($"/run/m{request / 2}/");
            Assert.Contains("handler-error", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        using var health = JsonDocument.Parse(await server.Client.GetStringAsync("/health"));
        var cache = health.RootElement.GetProperty("cache");
        return (cache.GetProperty("bytes").GetInt64(), cache.GetProperty("evictions").GetInt64());
    }
}
