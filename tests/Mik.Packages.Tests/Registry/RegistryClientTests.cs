using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Mik.Packages.Cache;
using Mik.Packages.Oci;
using Mik.Packages.Registry;
using Mik.Packages.Remote;

namespace Mik.Packages.Tests.Registry;

/// <summary>What the client makes of a registry's answers, wrong and hostile ones most of all.</summary>
public sealed class RegistryClientTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<RegistryClient> _clients = [];
    private FakeRegistry _registry = null!;

    public async ValueTask InitializeAsync() => _registry = await FakeRegistry.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _registry.DisposeAsync();
        _clients.ForEach(client => client.Dispose());
        _folder.Dispose();
    }

    [Fact]
    public async Task Download_Component_IsInTheCacheAndFetchedOnce()
    {
        var component = Bytes(200_000);
        var digest = _registry.Add("user/repo", "v1", component);
        using var client = Client();

        var (manifest, file) = await PullAsync(client, "user/repo:v1");
        await PullAsync(client, "user/repo:v1");

        Assert.Equal(digest, manifest.Descriptor.Digest);
        Assert.Equal(component, await File.ReadAllBytesAsync(file));
        Assert.Equal(1, _registry.Count("/blobs/"));
    }

    [Fact]
    public async Task GetManifest_ByDigest_IsVerified()
    {
        var digest = _registry.Add("user/repo", "v1", Bytes(10));
        _registry.Manifests[$"user/repo/{digest}"] = (Encoding.UTF8.GetBytes("""{"layers":[]}"""), "application/json");
        using var client = Client();

        var error = await FailsAsync(client.GetManifestAsync(Reference($"user/repo@{digest}"), default));
        Assert.Contains(digest.ToString(), error.Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GetManifest_DigestHeaderThatLies_IsRefused()
    {
        _registry.Add("user/repo", "v1", Bytes(10));
        _registry.Intercept = context =>
        {
            context.Response.Headers["Docker-Content-Digest"] = Digest.Of("other"u8).ToString();
            return context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes("""{"layers":[]}""")).AsTask().ContinueWith(_ => true, TaskScheduler.Default);
        };
        using var client = Client();

        Assert.Contains("digest", (await FailsAsync(client.GetManifestAsync(Reference("user/repo:v1"), default))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GetManifest_Giant_IsRefusedBeforeItFillsMemory()
    {
        _registry.Intercept = async context =>
        {
            var chunk = new byte[1 << 20];
            for (var i = 0; i < 1000 && !context.RequestAborted.IsCancellationRequested; i++)
            {
                await context.Response.Body.WriteAsync(chunk, context.RequestAborted);
            }

            return true;
        };
        using var client = Client();

        Assert.Contains("too long", (await FailsAsync(client.GetManifestAsync(Reference("user/repo:v1"), default))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[")]
    [InlineData("{\"layers\":\"x\"}")]
    public async Task GetManifest_Nonsense_IsAClearError(string body)
    {
        _registry.AddManifest("user/repo", "v1", Encoding.UTF8.GetBytes(body), "application/json");
        using var client = Client();

        var error = await FailsAsync(client.GetManifestAsync(Reference("user/repo:v1"), default));
        Assert.Contains("cannot be understood", error.Message, StringComparison.Ordinal);
        Assert.NotNull(error.Why);
    }

    [Fact]
    public async Task GetManifest_ErrorThatIsNotUtf8_IsStillAClearError()
    {
        _registry.Intercept = async context =>
        {
            context.Response.StatusCode = 404;
            await context.Response.Body.WriteAsync((byte[])[.. "{\"errors\":[{\"code\":\""u8, 0xFF, 0xFE, .. "\"}]}"u8]);
            return true;
        };
        using var client = Client();

        Assert.Contains("user/repo:v1", (await FailsAsync(client.GetManifestAsync(Reference("user/repo:v1"), default))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GetManifest_Absent_SaysWhatAndNext()
    {
        using var client = Client();

        var error = await FailsAsync(client.GetManifestAsync(Reference("user/repo:v9"), default));

        Assert.Contains("user/repo:v9", error.Message, StringComparison.Ordinal);
        Assert.Contains("manifest unknown", error.Why, StringComparison.Ordinal);
        Assert.NotNull(error.Next);
        Assert.Null(await client.ResolveAsync(Reference("user/repo:v9"), default));
    }

    [Fact]
    public async Task GetManifest_ErrorWithControlCharacters_IsCleaned()
    {
        _registry.Intercept = async context =>
        {
            await FakeRegistry.ErrorAsync(context, 403, "DENIED", "\e[2Jgo away\r\nerror: all is fine");
            return true;
        };
        using var client = Client();

        var error = await FailsAsync(client.GetManifestAsync(Reference("user/repo:v1"), default));
        Assert.Contains("go away", error.Why, StringComparison.Ordinal);
        Assert.DoesNotContain(error.Why!, char.IsControl);
    }

    [Fact]
    public async Task Requests_TooMany_WaitAsLongAsTheServerAsks()
    {
        _registry.Add("user/repo", "v1", Bytes(10));
        var refusals = 2;
        _registry.Intercept = context =>
        {
            var refuse = refusals-- > 0;
            context.Response.StatusCode = refuse ? 429 : 200;
            context.Response.Headers.RetryAfter = refuse ? "0" : default;
            return Task.FromResult(refuse);
        };
        using var client = Client();

        Assert.Single((await client.GetManifestAsync(Reference("user/repo:v1"), default)).Items);
        Assert.Equal(3, _registry.Requests.Count);
    }

    [Fact]
    public async Task Requests_TooMany_LongWait_IsToldAtOnce()
    {
        _registry.Intercept = context =>
        {
            context.Response.StatusCode = 429;
            context.Response.Headers.RetryAfter = "3600";
            return Task.FromResult(true);
        };
        using var client = Client();

        var error = await FailsAsync(client.GetManifestAsync(Reference("user/repo:v1"), default));
        Assert.Contains("3600 s", error.Next, StringComparison.Ordinal);
        Assert.Single(_registry.Requests);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    public async Task Requests_ServerErrors_AreTriedAgainAndThenTold(int status)
    {
        _registry.Intercept = context =>
        {
            context.Response.StatusCode = status;
            return Task.FromResult(true);
        };
        using var client = Client();

        var error = await FailsAsync(client.GetManifestAsync(Reference("user/repo:v1"), default));
        Assert.Contains($"{status}", error.Why, StringComparison.Ordinal);
        Assert.Equal(3, _registry.Requests.Count);
    }

    [Fact]
    public async Task Download_BrokenOff_GoesOnWhereItStood()
    {
        var component = Bytes(300_000);
        _registry.Add("user/repo", "v1", component);
        var breaks = 2;
        _registry.Intercept = async context =>
        {
            if (!context.Request.Path.Value!.Contains("/blobs/", StringComparison.Ordinal) || breaks-- <= 0)
            {
                return false;
            }

            var from = context.Request.Headers.Range.Count > 0
                ? int.Parse(context.Request.Headers.Range.ToString()["bytes=".Length..].TrimEnd('-'), CultureInfo.InvariantCulture) : 0;
            context.Response.StatusCode = from > 0 ? 206 : 200;
            context.Response.Headers.ContentRange = from > 0 ? $"bytes {from}-{component.Length - 1}/{component.Length}" : default;
            context.Response.ContentLength = component.Length - from;
            await context.Response.Body.WriteAsync(component.AsMemory(from, 100_000));
            await context.Response.Body.FlushAsync();
            context.Abort();
            return true;
        };
        using var client = Client();

        var (_, file) = await PullAsync(client, "user/repo:v1");

        Assert.Equal(component, await File.ReadAllBytesAsync(file));
        Assert.Equal(3, _registry.Count("/blobs/"));
        Assert.Contains(_registry.Requests, request => request.Range is not null);
        Assert.Empty(Directory.GetFiles(_folder["cache", "partial"], "*.part"));
    }

    [Fact]
    public async Task Download_BrokenOffForGood_IsContinuedByTheNextCommand()
    {
        var component = Bytes(300_000);
        _registry.Add("user/repo", "v1", component);
        _registry.Intercept = async context =>
        {
            if (context.Request.Path.Value!.Contains("/blobs/", StringComparison.Ordinal))
            {
                if (context.Request.Headers.Range.Count == 0)
                {
                    context.Response.ContentLength = component.Length;
                    await context.Response.Body.WriteAsync(component.AsMemory(0, 150_000));
                    await context.Response.Body.FlushAsync();
                }

                context.Abort();
                return true;
            }

            return false;
        };
        using (var first = Client())
        {
            Assert.Contains("broke", (await FailsAsync(PullAsync(first, "user/repo:v1"))).Message, StringComparison.Ordinal);
        }

        var status = 0;
        _registry.Intercept = context =>
        {
            context.Response.OnStarting(() => Task.FromResult(status = context.Response.StatusCode));
            return Task.FromResult(false);
        };
        using var second = Client();
        var (_, file) = await PullAsync(second, "user/repo:v1");

        Assert.Equal(component, await File.ReadAllBytesAsync(file));
        Assert.StartsWith("bytes=", _registry.Requests.Last().Range, StringComparison.Ordinal);
        Assert.Equal(206, status);
    }

    [Fact]
    public async Task Download_ServerThatIgnoresRanges_BeginsAgain()
    {
        var component = Bytes(200_000);
        _registry.Add("user/repo", "v1", component);
        var first = true;
        _registry.Intercept = async context =>
        {
            if (!context.Request.Path.Value!.Contains("/blobs/", StringComparison.Ordinal))
            {
                return false;
            }

            context.Response.ContentLength = component.Length;
            if (first)
            {
                first = false;
                await context.Response.Body.WriteAsync(component.AsMemory(0, 50_000));
                await context.Response.Body.FlushAsync();
                context.Abort();
                return true;
            }

            await context.Response.Body.WriteAsync(component);
            return true;
        };
        using var client = Client();

        var (_, file) = await PullAsync(client, "user/repo:v1");
        Assert.Equal(component, await File.ReadAllBytesAsync(file));
    }

    [Fact]
    public async Task Download_WrongBytes_AreNeverKept()
    {
        var component = Bytes(100_000);
        _registry.Add("user/repo", "v1", component);
        _registry.Blobs[Digest.Of(component).ToString()] = Bytes(100_000, seed: 9);
        using var client = Client();

        var error = await FailsAsync(PullAsync(client, "user/repo:v1"));

        Assert.Contains("not what its digest says", error.Message, StringComparison.Ordinal);
        Assert.Contains(Digest.Of(Bytes(100_000, seed: 9)).ToString(), error.Why, StringComparison.Ordinal);
        Assert.Empty(new BlobCache(_folder["cache"]).Blobs);
        Assert.Empty(Directory.GetFiles(_folder["cache", "partial"], "*.part"));
    }

    [Theory]
    [InlineData(99_999)]
    [InlineData(100_001)]
    [InlineData(5_000_000)]
    public async Task Download_WrongLength_IsNeverKept(int length)
    {
        var component = Bytes(100_000);
        _registry.Add("user/repo", "v1", component);
        _registry.Blobs[Digest.Of(component).ToString()] = Bytes(length);
        using var client = Client();

        await FailsAsync(PullAsync(client, "user/repo:v1"));
        Assert.Empty(new BlobCache(_folder["cache"]).Blobs);
    }

    [Fact]
    public async Task Download_TamperedPart_IsForgotten()
    {
        var component = Bytes(100_000);
        _registry.Add("user/repo", "v1", component);
        Directory.CreateDirectory(_folder["cache", "partial"]);
        await File.WriteAllBytesAsync(_folder["cache", "partial", $"sha256-{Digest.Of(component).Hex}.part"], Bytes(60_000, seed: 3));
        using var client = Client();

        var (_, file) = await PullAsync(client, "user/repo:v1");
        Assert.Equal(component, await File.ReadAllBytesAsync(file));
    }

    [Fact]
    public async Task Download_TamperedCache_IsFetchedAgain()
    {
        var component = Bytes(100_000);
        _registry.Add("user/repo", "v1", component);
        using var client = Client();
        var (_, file) = await PullAsync(client, "user/repo:v1");
        await File.WriteAllTextAsync(file, "tampered");

        var (_, again) = await PullAsync(client, "user/repo:v1");

        Assert.Equal(component, await File.ReadAllBytesAsync(again));
        Assert.Equal(2, _registry.Count("/blobs/"));
    }

    [Fact]
    public async Task Download_SilentServer_IsATimeOut()
    {
        var component = Bytes(100_000);
        _registry.Add("user/repo", "v1", component);
        _registry.Intercept = async context =>
        {
            if (context.Request.Path.Value!.Contains("/blobs/", StringComparison.Ordinal))
            {
                context.Response.ContentLength = component.Length;
                await context.Response.Body.WriteAsync(component.AsMemory(0, 10));
                await context.Response.Body.FlushAsync();
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
                return true;
            }

            return false;
        };
        using var client = Client(new RegistrySettings { Attempts = 1, SilenceLimit = TimeSpan.FromMilliseconds(300) });

        await FailsAsync(PullAsync(client, "user/repo:v1"));
    }

    [Fact]
    public async Task Download_TwoAtOnce_FetchOnce()
    {
        var component = Bytes(2_000_000);
        _registry.Add("user/repo", "v1", component);
        using var one = Client();
        using var two = Client();

        var files = await Task.WhenAll(PullAsync(one, "user/repo:v1"), PullAsync(two, "user/repo:v1"));

        Assert.All(files, pulled => Assert.Equal(component, File.ReadAllBytes(pulled.File)));
        Assert.Equal(1, _registry.Count("/blobs/"));
    }

    [Fact]
    public async Task ListTags_Pages_AreAllRead()
    {
        _registry.Intercept = async context =>
        {
            var page = context.Request.Query.ContainsKey("last") ? 2 : 1;
            context.Response.Headers.Link = page == 1 ? "</v2/user/repo/tags/list?last=b>; rel=\"next\"" : default;
            await context.Response.WriteAsJsonAsync(new { tags = page == 1 ? (string[])["a", "b"] : ["c"] });
            return true;
        };
        using var client = Client();

        Assert.Equal(["a", "b", "c"], await client.ListTagsAsync(Reference("user/repo"), default));
    }

    [Fact]
    public async Task ListTags_PagesWithoutEnd_End()
    {
        _registry.Intercept = async context =>
        {
            context.Response.Headers.Link = "</v2/user/repo/tags/list?last=b>; rel=\"next\"";
            await context.Response.WriteAsJsonAsync(new { tags = (string[])["a"] });
            return true;
        };
        using var client = Client();

        Assert.NotEmpty(await client.ListTagsAsync(Reference("user/repo"), default));
    }

    [Fact]
    public async Task Requests_NobodyListens_IsAClearError()
    {
        using var client = Client(new RegistrySettings { Attempts = 2, FirstDelay = TimeSpan.FromMilliseconds(1) });

        var error = await FailsAsync(client.GetManifestAsync(OciReference.Parse("127.0.0.1:1/user/repo:v1"), default));
        Assert.Contains("cannot reach 127.0.0.1:1", error.Message, StringComparison.Ordinal);
    }

    private RegistryClient Client(RegistrySettings? settings = null)
    {
        var client = new RegistryClient(settings ?? new RegistrySettings { Attempts = 3, FirstDelay = TimeSpan.FromMilliseconds(1) }, new CredentialStore());
        _clients.Add(client);
        return client;
    }

    private OciReference Reference(string text) => OciReference.Parse($"{_registry.Authority}/{text}");

    private async Task<(OciManifest Manifest, string File)> PullAsync(RegistryClient client, string text)
    {
        var reference = Reference(text);
        var manifest = await client.GetManifestAsync(reference, default);
        return (manifest, await client.DownloadAsync(reference, ComponentChoice.Layer(manifest), new BlobCache(_folder["cache"]), progress: null, default));
    }

    private static Task<PackageException> FailsAsync(Task task) => Assert.ThrowsAsync<PackageException>(() => task.WaitAsync(TimeSpan.FromSeconds(60)));

    private static byte[] Bytes(int length, int seed = 1)
    {
        var bytes = new byte[length];
#pragma warning disable CA5394 // The same bytes in every run are the point.
        new Random(seed).NextBytes(bytes);
#pragma warning restore CA5394
        return bytes;
    }
}
