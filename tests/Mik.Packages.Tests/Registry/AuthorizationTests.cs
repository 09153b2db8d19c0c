using System.Text;
using Microsoft.AspNetCore.Http;
using Mik.Packages.Cache;
using Mik.Packages.Oci;
using Mik.Packages.Registry;
using Mik.Packages.Remote;

namespace Mik.Packages.Tests.Registry;

/// <summary>Who is told the user's secrets, and who is not.</summary>
public sealed class AuthorizationTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private FakeRegistry _registry = null!;
    private FakeRegistry _other = null!;

    public async ValueTask InitializeAsync()
    {
        _registry = await FakeRegistry.StartAsync();
        _other = await FakeRegistry.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _registry.DisposeAsync();
        await _other.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Token_Anonymous_IsFetchedForTheScopeAndUsedAgain()
    {
        _registry.Add("user/repo", "v1", [1, 2, 3]);
        WantToken("T1", check: null);

        await PullAsync();

        var token = _registry.Requests.Single(request => request.Path.StartsWith("/token", StringComparison.Ordinal));
        Assert.Contains("scope=repository%3Auser%2Frepo%3Apull", token.Path, StringComparison.Ordinal);
        Assert.Contains("service=test", token.Path, StringComparison.Ordinal);
        Assert.Null(token.Authorization);
        Assert.Equal("Bearer T1", _registry.Requests.Last().Authorization);
    }

    [Fact]
    public async Task Token_WithCredentials_SendsThemToTheTokenServerOnly()
    {
        _registry.Add("user/repo", "v1", [1, 2, 3]);
        WantToken("T1", check: Basic("me:secret"));
        WriteConfig($$"""{"auths":{"{{_registry.Authority}}":{"auth":"{{Base64("me:secret")}}"} } }""");

        await PullAsync();

        Assert.All(
            _registry.Requests,
            request =>
                Assert.Equal(
                    request.Path.StartsWith("/token", StringComparison.Ordinal), request.Authorization?.StartsWith("Basic", StringComparison.Ordinal) == true));
    }

    [Fact]
    public async Task Token_Expired_IsFetchedAgain()
    {
        _registry.Add("user/repo", "v1", [1, 2, 3]);
        var current = 0;
        _registry.Intercept = async context =>
        {
            if (context.Request.Path == "/token")
            {
                await context.Response.WriteAsJsonAsync(new { access_token = $"T{++current}" });
                return true;
            }

            // Each token is good for one request.
            if (context.Request.Headers.Authorization == $"Bearer T{current}" && !_used.Contains(current))
            {
                _used.Add(current);
                return false;
            }

            return Challenge(context, $"Bearer realm=\"http://{_registry.Authority}/token\",service=\"test\"");
        };

        await PullAsync();
        Assert.Equal(2, current);
    }

    [Fact]
    public async Task Basic_WithCredentials_IsAnswered()
    {
        _registry.Add("user/repo", "v1", [1, 2, 3]);
        _registry.Intercept = context =>
            Task.FromResult(context.Request.Headers.Authorization != Basic("me:secret") && Challenge(context, "Basic realm=\"x\""));
        WriteConfig($$"""{"auths":{"http://{{_registry.Authority}}":{"username":"me","password":"secret"} } }""");

        await PullAsync();
    }

    [Fact]
    public async Task IdentityToken_IsExchanged()
    {
        _registry.Add("user/repo", "v1", [1, 2, 3]);
        var form = "";
        _registry.Intercept = async context =>
        {
            if (context.Request.Path == "/token")
            {
                form = await new StreamReader(context.Request.Body).ReadToEndAsync();
                await context.Response.WriteAsJsonAsync(new { access_token = "T1" });
                return true;
            }

            return context.Request.Headers.Authorization != "Bearer T1" && Challenge(context, $"Bearer realm=\"http://{_registry.Authority}/token\"");
        };
        WriteConfig($$"""{"auths":{"{{_registry.Authority}}":{"identitytoken":"refresh-me"} } }""");

        await PullAsync();
        Assert.Contains("grant_type=refresh_token", form, StringComparison.Ordinal);
        Assert.Contains("refresh_token=refresh-me", form, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task Redirect_ToAnotherHost_IsFollowedWithoutAuthorization(int status)
    {
        _registry.Add("user/repo", "v1", [1, 2, 3]);
        _other.Add("user/repo", "v1", [1, 2, 3]);
        WantToken("T1", check: null, redirectBlobs: status);

        await PullAsync();

        var blob = Assert.Single(_other.Requests);
        Assert.Null(blob.Authorization);
        Assert.Contains(_registry.Requests, request => request.Authorization == "Bearer T1");
    }

    [Fact]
    public async Task Redirect_ThereAndBack_DoesNotLeakOnTheWay()
    {
        _registry.Add("user/repo", "v1", [1, 2, 3]);
        WantToken("T1", check: null, redirectBlobs: 307);
        _other.Intercept = context =>
        {
            context.Response.StatusCode = 401;
            context.Response.Headers.WWWAuthenticate = $"Bearer realm=\"http://{_other.Authority}/steal\"";
            return Task.FromResult(true);
        };
        WriteConfig($$"""{"auths":{"{{_registry.Authority}}":{"auth":"{{Base64("me:secret")}}"} } }""");

        await Assert.ThrowsAsync<PackageException>(PullAsync);

        Assert.All(_other.Requests, request => Assert.Null(request.Authorization));
        Assert.Equal(0, _other.Count("/steal"));
    }

    [Fact]
    public async Task Redirect_WithoutEnd_Ends()
    {
        _registry.Intercept = context =>
        {
            context.Response.StatusCode = 307;
            context.Response.Headers.Location = context.Request.Path + "x";
            return Task.FromResult(true);
        };

        var error = await Assert.ThrowsAsync<PackageException>(PullAsync);
        Assert.Contains("without end", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("file:///etc/passwd")]
    [InlineData("ftp://127.0.0.1/x")]
    public async Task Redirect_OutOfTheWeb_IsRefused(string location)
    {
        _registry.Intercept = context =>
        {
            context.Response.StatusCode = 302;
            context.Response.Headers.Location = location;
            return Task.FromResult(true);
        };

        Assert.Contains("does not follow", (await Assert.ThrowsAsync<PackageException>(PullAsync)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("nonsense")]
    [InlineData("""{"token":5}""")]
    [InlineData("""{"token":"a\r\nb"}""")]
    public async Task Token_Nonsense_IsAClearError(string body)
    {
        _registry.Intercept = async context =>
        {
            if (context.Request.Path == "/token")
            {
                await context.Response.WriteAsync(body);
                return true;
            }

            return Challenge(context, $"Bearer realm=\"http://{_registry.Authority}/token\"");
        };

        Assert.Contains("gave no token", (await Assert.ThrowsAsync<PackageException>(PullAsync)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Bearer realm=\"file:///etc/passwd\"")]
    [InlineData("Bearer realm=\"gopher://x\"")]
    public async Task Token_RealmOutOfTheWeb_IsRefused(string challenge)
    {
        _registry.Intercept = context => Task.FromResult(Challenge(context, challenge));

        Assert.Contains("token server", (await Assert.ThrowsAsync<PackageException>(PullAsync)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Access_Denied_TellsHowToLogIn()
    {
        _registry.Intercept = context => Task.FromResult(Challenge(context, "Basic realm=\"x\""));

        var error = await Assert.ThrowsAsync<PackageException>(PullAsync);

        Assert.Contains("gives no access", error.Message, StringComparison.Ordinal);
        Assert.Contains($"docker login {_registry.Authority}", error.Next, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Access_Denied_TellsMissingCredentialsFromWrongOnes()
    {
        _registry.Intercept = context => Task.FromResult(Challenge(context, "Basic realm=\"x\""));

        var missing = await Assert.ThrowsAsync<PackageException>(PullAsync);
        WriteConfig($$"""{"auths":{"{{_registry.Authority}}":{"auth":"{{Base64("me:secret")}}"} } }""");
        var wrong = await Assert.ThrowsAsync<PackageException>(PullAsync);

        Assert.Contains($"no credentials of {_registry.Authority} were found in {_folder["config.json"]}", missing.Why, StringComparison.Ordinal);
        Assert.Contains($"does not take the credentials of 'me' in {_folder["config.json"]}", wrong.Why, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", wrong.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    public async Task Access_DeniedByTheTokenServer_TellsThatTheCredentialsAreWrong(int status)
    {
        _registry.Intercept = context =>
        {
            if (context.Request.Path == "/token")
            {
                context.Response.StatusCode = status;
                return Task.FromResult(true);
            }

            return Task.FromResult(Challenge(context, $"Bearer realm=\"http://{_registry.Authority}/token\""));
        };
        WriteConfig($$"""{"auths":{"http://{{_registry.Authority}}/v2/":{"auth":"{{Base64("me:secret")}}"} } }""");

        Assert.Contains("does not take the credentials of 'me'", (await Assert.ThrowsAsync<PackageException>(PullAsync)).Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Token_OfAnotherHost_GetsNoCredentialsUnlessTheUserSaysSo()
    {
        _registry.Add("user/repo", "v1", [1, 2, 3]);
        _registry.Intercept = context =>
            Task.FromResult(context.Request.Headers.Authorization != "Bearer T1" && Challenge(context, $"Bearer realm=\"http://{_other.Authority}/token\""));
        _other.Intercept = async context =>
        {
            await context.Response.WriteAsJsonAsync(new { token = context.Request.Headers.Authorization == Basic("me:secret") ? "T1" : "T0" });
            return true;
        };
        WriteConfig($$"""{"auths":{"{{_registry.Authority}}":{"auth":"{{Base64("me:secret")}}"} } }""");

        var refused = await Assert.ThrowsAsync<PackageException>(PullAsync);
        Assert.All(_other.Requests, request => Assert.Null(request.Authorization));
        await PullAsync(programs: null, TokenServers.Parse($"{_registry.Authority}={_other.Authority}"));

        Assert.Contains(_other.Authority, refused.Why, StringComparison.Ordinal);
        Assert.StartsWith($"MIK_TOKEN_SERVERS={_registry.Authority}={_other.Authority} ", refused.Next, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ghcr.io", "https://ghcr.io/token", true)]
    [InlineData("docker.io", "https://auth.docker.io/token", true)]
    [InlineData("registry.gitlab.com", "https://gitlab.com/jwt/auth", true)]
    [InlineData("r.example:5000", "http://r.example:5000/token", true)]
    [InlineData("r.example:5000", "https://r.example/token", true)]
    [InlineData("r.example:5000", "http://r.example:5001/token", false)]
    [InlineData("r.example", "https://example/token", false)]
    [InlineData("r.co.uk", "https://s.co.uk/token", false)]
    [InlineData("ghcr.io", "https://notghcr.io/token", false)]
    [InlineData("ghcr.io", "https://ghcr.io.evil.example/token", false)]
    [InlineData("127.0.0.1", "https://7.0.0.1/token", false)]
    [InlineData("named.example", "https://auth.example.net/token", true)]
    public void TokenServers_OfOneDomain_AreTheRegistrys(string registry, string realm, bool expected) =>
        Assert.Equal(expected, TokenServers.Parse("named.example=auth.example.net").MayHaveCredentials(registry, new Uri(realm)));

    [Theory]
    [InlineData("nonsense")]
    [InlineData("a=")]
    [InlineData("a=https://b/")]
    public void TokenServers_Wrong_SaySo(string text) => Assert.Throws<FormatException>(() => TokenServers.Parse(text));

    [Fact]
    public async Task CredentialHelper_IsAsked()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        _registry.Add("user/repo", "v1", [1, 2, 3]);
        _registry.Intercept = context =>
            Task.FromResult(context.Request.Headers.Authorization != Basic("helped:" + _registry.Authority) && Challenge(context, "Basic realm=\"x\""));
        var name = "mik-test-" + Guid.NewGuid().ToString("n");
        var program = _folder[$"docker-credential-{name}"];
        await File.WriteAllTextAsync(
            program, "#!/bin/sh\nread server\nprintf '{\"ServerURL\":\"%s\",\"Username\":\"helped\",\"Secret\":\"%s\"}' \"$server\" \"$server\"\n");
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        WriteConfig($$"""{"credHelpers":{"{{_registry.Authority}}":"{{name}}"} }""");
        await PullAsync(_folder.Path);
    }

    [Theory]
    [InlineData("""{"credHelpers":{"REGISTRY":"../../bin/sh"}}""", "cannot be a credential helper")]
    [InlineData("""{"credHelpers":{"REGISTRY":"no-such-helper-here"}}""", "cannot run docker-credential-no-such-helper-here")]
    [InlineData("""{"auths":{"REGISTRY":{"auth":"!!!"}}}""", "cannot read the credentials")]
    [InlineData("""{"auths":""", "cannot read the credentials")]
    public async Task Credentials_Broken_AreAClearError(string config, string expected)
    {
        _registry.Intercept = context => Task.FromResult(Challenge(context, "Basic realm=\"x\""));
        WriteConfig(config.Replace("REGISTRY", _registry.Authority, StringComparison.Ordinal));

        Assert.Contains(expected, (await Assert.ThrowsAsync<PackageException>(PullAsync)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mirror_StandsInForTheRegistry()
    {
        _registry.Add("user/repo", "v1", [1, 2, 3]);
        using var client = new RegistryClient(
            new RegistrySettings { Mirrors = RegistryMirrors.Parse($"ghcr.io=http://{_registry.Authority}") }, new CredentialStore());

        Assert.Single((await client.GetManifestAsync(OciReference.Parse("user/repo:v1"), default)).Items);
    }

    private readonly HashSet<int> _used = [];

    private void WantToken(string token, string? check, int redirectBlobs = 0) => _registry.Intercept = async context =>
    {
        if (context.Request.Path == "/token")
        {
            if (check is not null && context.Request.Headers.Authorization != check)
            {
                context.Response.StatusCode = 401;
                return true;
            }

            await context.Response.WriteAsJsonAsync(new { token });
            return true;
        }

        if (context.Request.Headers.Authorization != $"Bearer {token}")
        {
            return Challenge(context, $"Bearer realm=\"http://{_registry.Authority}/token\",service=\"test\"");
        }

        if (redirectBlobs > 0 && context.Request.Path.Value!.Contains("/blobs/", StringComparison.Ordinal))
        {
            context.Response.StatusCode = redirectBlobs;
            context.Response.Headers.Location = $"http://{_other.Authority}{context.Request.Path}";
            return true;
        }

        return false;
    };

    private static bool Challenge(HttpContext context, string challenge)
    {
        context.Response.StatusCode = 401;
        context.Response.Headers.WWWAuthenticate = challenge;
        return true;
    }

    private void WriteConfig(string json) => File.WriteAllText(_folder["config.json"], json);

    private Task PullAsync() => PullAsync(programs: null);

    private async Task PullAsync(string? programs, TokenServers? servers = null)
    {
        using var client = new RegistryClient(
            new RegistrySettings { Attempts = 1, TokenServers = servers ?? TokenServers.None },
            new CredentialStore(_folder["config.json"]) { ProgramFolder = programs });
        var reference = OciReference.Parse($"{_registry.Authority}/user/repo:v1");
        var manifest = await client.GetManifestAsync(reference, default);
        var file = await client.DownloadAsync(reference, ComponentChoice.Layer(manifest), new BlobCache(_folder["cache"]), progress: null, default);
        Assert.Equal([1, 2, 3], await File.ReadAllBytesAsync(file));
    }

    private static string Basic(string pair) => "Basic " + Base64(pair);

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
