using System.Globalization;
using System.Net;

namespace Mik.EndToEnd.Tests;

/// <summary>A project with tenants and files in a <c>mik</c> process.</summary>
public sealed class TenantProject : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mik-tenants-").FullName;
    private MikProcess? _mik;

    internal MikProcess Mik => _mik!;

    public HttpClient Client { get; private set; } = new();

    public async ValueTask InitializeAsync()
    {
        Write(
            "mik.toml",
            "[project]\nname = \"hosted\"\n[server]\nport = 0\nuser_modules = \"users\"\nstatic = \"public\"\n"u8.ToArray());
        Write("public/page.html", "<p>page</p>"u8.ToArray());
        Write("private.txt", "SECRET"u8.ToArray());
        Copy("echo", "modules/platform.wasm");
        Copy("trap", "modules/trap.wasm");
        Copy("echo", "users/acme/shop.wasm");
        Copy("hello", "users/acme/greet-composed.wasm");
        Copy("hello", "users/zeta/shop.wasm");
        Copy("trap", "users/zeta/trap.wasm");
        _mik = await MikProcess.ServeAsAsync([], _folder);
        Client = _mik.NewClient();
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (_mik is not null)
        {
            await _mik.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    private void Copy(string guest, string path) => Write(path, File.ReadAllBytes(MikProcess.Guest(guest)));

    private void Write(string path, byte[] bytes)
    {
        var target = Path.Combine(_folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        File.WriteAllBytes(target, bytes);
    }
}

/// <summary>Tenants reach their own modules and nobody else's.</summary>
public sealed class TenantTests(TenantProject project) : IClassFixture<TenantProject>
{
    [Theory]
    [InlineData("/run/platform/a/b?c=%20", "platform")]
    [InlineData("/tenant/acme/shop", "acme/shop")]
    [InlineData("/tenant/acme/shop/a//b/%2e/?x=1", "acme/shop")]
    [InlineData("/tenant/acme/greet/", "acme/greet")]
    [InlineData("/tenant/zeta/shop/deep/er", "zeta/shop")]
    public async Task Access_ToWhatIsThere_NamesItsHandler(string path, string handler)
    {
        var response = await project.Client.AskAsync(path);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(handler, response.Headers.GetValues("X-Mik-Handler").Single());
        Assert.True(double.TryParse(response.Headers.GetValues("X-Mik-Duration-Ms").Single(), CultureInfo.InvariantCulture, out _));
        Assert.NotEmpty(response.Headers.GetValues("X-Request-ID"));
    }

    [Theory]
    [InlineData("/tenant/zeta/greet/", 404)]
    [InlineData("/tenant/acme/trap/", 404)]
    [InlineData("/tenant/acme/platform/", 404)]
    [InlineData("/tenant/nobody/shop/", 404)]
    [InlineData("/tenant/ACME/shop/", 404)]
    [InlineData("/tenant/", 404)]
    [InlineData("/tenant/acme", 404)]
    [InlineData("/tenant/acme/", 404)]
    [InlineData("/run/shop/", 404)]
    [InlineData("/run/acme/shop/", 404)]
    [InlineData("/run/acme%2Fshop/", 400)]
    [InlineData("/tenant/acme/%2e%2e/zeta/shop/", 400)]
    [InlineData("/tenant/acme/..%2Fzeta%2Fshop/", 400)]
    [InlineData("/tenant/%2e%2e/modules/platform/", 400)]
    [InlineData("/tenant/acme/CON/", 400)]
    [InlineData("/tenant/acme%0d%0a/shop/", 400)]
    public async Task Access_ToAnythingElse_IsRefused(string path, int status) =>
        Assert.Equal(status, (int)(await project.Client.AskAsync(path)).StatusCode);

    [Theory]
    [InlineData("/static/page.html", "<p>page</p>")]
    [InlineData("/static/../private.txt", null)]
    [InlineData("/static/%2e%2e/private.txt", null)]
    [InlineData("/static/..%2fprivate.txt", null)]
    [InlineData("/static/..%5cprivate.txt", null)]
    public async Task Files_AreServedFromTheirFolderOnly(string path, string? text)
    {
        var response = await project.Client.AskAsync(path);
        var body = await response.Content.ReadAsStringAsync();

        Assert.Equal(text is null ? HttpStatusCode.NotFound : HttpStatusCode.OK, response.StatusCode);
        Assert.True(text is null ? !body.Contains("SECRET", StringComparison.Ordinal) : body == text);
    }

    [Fact]
    public async Task Circuit_OfAPlatformModule_IsNotATenants()
    {
        for (var request = 0; request < 5; request++)
        {
            await (await project.Client.AskAsync("/run/trap/unreachable")).ProblemAsync(500, "handler-error");
        }

        var refused = await project.Client.AskAsync("/run/trap/unreachable");
        await refused.ProblemAsync(503, "circuit-open");
        Assert.InRange(int.Parse(refused.Headers.GetValues("Retry-After").Single(), CultureInfo.InvariantCulture), 1, 30);
        await (await project.Client.AskAsync("/tenant/zeta/trap/unreachable")).ProblemAsync(500, "handler-error");
    }
}
