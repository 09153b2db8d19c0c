using Mik.Server.Modules;
using Mik.Server.Options;
using Mik.Wasm.Execution;


namespace Mik.Server.Tests.Modules;

public sealed class TenantTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly ManualClock _clock = new();

    public TenantTests()
    {
        _folder.Write("modules/shared.wasm", "platform");
        _folder.Write("tenants/a/one.wasm", "a's one");
        _folder.Write("tenants/a/two-composed.wasm", "a's two");
        _folder.Write("tenants/b/one.wasm", "b's one");
        _folder.Write("tenants/stray.wasm", "of nobody");
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("/tenant/a/one", "a's one", "a/one")]
    [InlineData("/tenant/a/two/x?y", "a's two", "a/two")]
    [InlineData("/tenant/b/one/", "b's one", "b/one")]
    [InlineData("/tenant/%61/%6fne/", "a's one", "a/one")]
    [InlineData("/run/shared/", "platform", "shared")]
    public async Task Request_ToATenantsModule_ReachesIt(string path, string answer, string handler)
    {
        await using var server = await StartAsync();

        var response = await server.Client.GetAsync(new Uri(path, UriKind.Relative));

        Assert.Equal(answer, await response.Content.ReadAsStringAsync());
        Assert.Equal(handler, response.Headers.GetValues("X-Mik-Handler").Single());
    }

    [Theory]
    [InlineData("/tenant/b/two/", 404, "module-not-found")]
    [InlineData("/tenant/c/one/", 404, "module-not-found")]
    [InlineData("/tenant/a/shared/", 404, "module-not-found")]
    [InlineData("/tenant/A/one/", 404, "module-not-found")]
    [InlineData("/run/one/", 404, "module-not-found")]
    [InlineData("/tenant/", 404, "not-found")]
    [InlineData("/tenant/a", 404, "not-found")]
    [InlineData("/tenant/a/", 404, "not-found")]
    [InlineData("/tenant//one/", 404, "not-found")]
    [InlineData("/tenant/a/%2e%2e/", 400, "invalid-request")]
    [InlineData("/tenant/%2e%2e/modules/shared", 400, "invalid-request")]
    [InlineData("/tenant/a%2fone/one", 400, "invalid-request")]
    [InlineData("/tenant/a/..%2fb%2fone/", 400, "invalid-request")]
    [InlineData("/tenant/a/..%5cb%5cone/", 400, "invalid-request")]
    [InlineData("/tenant/con/one/", 400, "invalid-request")]
    [InlineData("/tenant/a/one%0d%0aX:y/", 400, "invalid-request")]
    [InlineData("/tenant/.a/one/", 400, "invalid-request")]
    [InlineData("/run/a%2fone/", 400, "invalid-request")]
    [InlineData("/run/a/one/", 404, "module-not-found")]
    public async Task Request_ToNoTenantsModule_IsAProblem(string path, int status, string slug)
    {
        await using var server = await StartAsync();

        var response = await server.SendRawAsync($"GET {path} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");

        Assert.StartsWith($"HTTP/1.1 {status} ", response, StringComparison.Ordinal);
        Assert.Contains($"urn:mik:error:{slug}\"", response, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Request_WithoutTenants_IsNotFound()
    {
        await using var server = await StartAsync(options => options with { UserModulesPath = null });

        await ComponentHandlerTests.AssertProblemAsync(await server.Client.GetAsync(new Uri("/tenant/a/one/", UriKind.Relative)), 404, "not-found");
    }

    [Fact]
    public async Task Link_OutOfTheTenantsFolder_IsNotServed()
    {
        Link("tenants/a/theirs.wasm", _folder["tenants/b/one.wasm"]);
        Link("tenants/a/relative.wasm", "../b/one.wasm");
        Link("tenants/a/platform.wasm", _folder["modules/shared.wasm"]);
        Link("tenants/a/twice.wasm", "theirs.wasm");
        Link("tenants/a/mine.wasm", "one.wasm");
        Link("modules/elsewhere.wasm", _folder["tenants/b/one.wasm"]);
        await using var server = await StartAsync();

        foreach (var name in new[] { "theirs", "relative", "platform", "twice" })
        {
            await ComponentHandlerTests.AssertProblemAsync(
                await server.Client.GetAsync(new Uri($"/tenant/a/{name}/", UriKind.Relative)), 404, "module-not-found");
        }

        Assert.Equal("a's one", await ModuleFolderTests.GetAsync(server, "/tenant/a/mine/"));
        Assert.Equal("b's one", await ModuleFolderTests.GetAsync(server, "/run/elsewhere/"));
        Assert.Contains(server.Log.Lines, line => line.Contains("theirs.wasm: it is a link that leads out of the tenant's folder", StringComparison.Ordinal));
    }

    [Fact]
    public void Link_ThatCameAfterTheFolderWasLookedAt_IsNotRead()
    {
        var module = new ModuleConfig("a/one", _folder["tenants/a/one.wasm"]) { Within = _folder["tenants/a"] };
        File.Delete(module.Path);
        Link("tenants/a/one.wasm", _folder["tenants/b/one.wasm"]);

        var exception = Assert.Throws<ModuleLoadException>(() => new ModuleLoader(new MikServerOptions()).Load(module, CancellationToken.None));

        Assert.True(exception.IsMissing);
    }

    [Fact]
    public async Task Tenant_ComesAndGoes_IsNoticed()
    {
        await using var server = await StartAsync();
        await ModuleFolderTests.AssertMissingAsync(server, "/tenant/new/one/");

        _folder.Write("tenants/new/one.wasm", "new");
        Assert.Equal("new", await ModuleFolderTests.GetAsync(server, "/tenant/new/one/"));
        Assert.Contains("mik_module_cache_bytes{module=\"new/one\"} 3\n", await ModuleFolderTests.GetAsync(server, "/metrics"), StringComparison.Ordinal);

        Directory.Delete(_folder["tenants/new"], recursive: true);
        _clock.Advance(TimeSpan.FromSeconds(1.1));
        await ModuleFolderTests.AssertMissingAsync(server, "/tenant/new/one/");
        Assert.DoesNotContain("new/one", await ModuleFolderTests.GetAsync(server, "/metrics"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Breaker_OfATenant_IsOpenedByItsOwnRequestsOnly()
    {
        _folder.Write("modules/one.wasm", "trap");
        await using var server = await StartAsync();
        for (var request = 0; request < 6; request++)
        {
            (await server.Client.GetAsync(new Uri("/run/one/", UriKind.Relative))).Dispose();
            (await server.Client.GetAsync(new Uri("/run/a%2fone/", UriKind.Relative))).Dispose();
        }

        await ComponentHandlerTests.AssertProblemAsync(await server.Client.GetAsync(new Uri("/run/one/", UriKind.Relative)), 503, "circuit-open");
        Assert.Equal("a's one", await ModuleFolderTests.GetAsync(server, "/tenant/a/one/"));
    }

    private void Link(string name, string target) => File.CreateSymbolicLink(_folder[name], target);

    private Task<TestServer> StartAsync(Func<MikServerOptions, MikServerOptions>? change = null) => TestServer.StartAsync(
        module => module.Name == "one"
            ? new ModuleModel((_, _, _) => throw new Trap(TrapKind.Unreachable, "unreachable"), 1, TimeSpan.Zero) : TestFolder.Load(module),
        options =>
        {
            options = options with { Modules = [], ModulesPath = _folder["modules"], UserModulesPath = _folder["tenants"] };
            return change?.Invoke(options) ?? options;
        },
        _clock);
}
