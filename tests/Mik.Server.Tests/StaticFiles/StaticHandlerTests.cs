using System.Net;
using System.Net.Http.Headers;

using Mik.Server.Tests.Modules;

namespace Mik.Server.Tests.StaticFiles;

public sealed class StaticHandlerTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public StaticHandlerTests()
    {
        _folder.Write("secret.txt", "SECRET outside");
        _folder.Write("static-too/secret.txt", "SECRET in a folder with a longer name");
        _folder.Write("static/index.html", "<h1>root</h1>");
        _folder.Write("static/style.css", "body { color: red }");
        _folder.Write("static/data.json", "{}");
        _folder.Write("static/module.wasm", "wasm");
        _folder.Write("static/unknown.zzz", "zzz");
        _folder.Write("static/two words é.txt", "words");
        _folder.Write("static/100%.txt", "percent");
        _folder.Write("static/sub/index.html", "<h1>sub</h1>");
        _folder.Write("static/sub/page.html", "page");
        _folder.Write("static/empty/readme", "no index here");
        _folder.Write("static/.env", "SECRET of the project");
        _folder.Write("static/.git/config", "SECRET of git");
        _folder.Write("static/con.txt", "SECRET device");
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("/static/style.css", "text/css; charset=utf-8", "body { color: red }")]
    [InlineData("/static/data.json?v=1", "application/json; charset=utf-8", "{}")]
    [InlineData("/static/module.wasm", "application/wasm", "wasm")]
    [InlineData("/static/unknown.zzz", "application/octet-stream", "zzz")]
    [InlineData("/static/two%20words%20%C3%A9.txt", "text/plain; charset=utf-8", "words")]
    [InlineData("/static/100%25.txt", "text/plain; charset=utf-8", "percent")]
    [InlineData("/static/%73tyle.css", "text/css; charset=utf-8", "body { color: red }")]
    [InlineData("/static/", "text/html; charset=utf-8", "<h1>root</h1>")]
    [InlineData("/static", "text/html; charset=utf-8", "<h1>root</h1>")]
    [InlineData("/static/sub/", "text/html; charset=utf-8", "<h1>sub</h1>")]
    [InlineData("/static/sub", "text/html; charset=utf-8", "<h1>sub</h1>")]
    [InlineData("/static/sub/page.html", "text/html; charset=utf-8", "page")]
    public async Task Get_AFile_HasItsTypeAndText(string path, string type, string text)
    {
        await using var server = await StartAsync();

        var response = await server.Client.GetAsync(new Uri(path, UriKind.Relative));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(type, response.Content.Headers.ContentType!.ToString());
        Assert.Equal(text, await response.Content.ReadAsStringAsync());
        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.NotEmpty(response.Headers.GetValues("X-Request-ID"));
    }

    [Fact]
    public async Task Get_AFolderWithoutItsSlash_IsSentThere()
    {
        await using var server = await StartAsync();
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = server.Address };

        var response = await client.GetAsync(new Uri("/static/sub?q=1", UriKind.Relative));

        Assert.Equal(HttpStatusCode.MovedPermanently, response.StatusCode);
        Assert.Equal("/static/sub/?q=1", response.Headers.Location!.OriginalString);
    }

    [Fact]
    public async Task Get_Conditions_AreAnsweredWith304()
    {
        await using var server = await StartAsync();
        var first = await server.Client.GetAsync(new Uri("/static/style.css", UriKind.Relative));
        Assert.NotNull(first.Headers.ETag);
        Assert.NotNull(first.Content.Headers.LastModified);

        var byTag = await SendAsync(server, HttpMethod.Get, headers => headers.IfNoneMatch.Add(first.Headers.ETag));
        var byTime = await SendAsync(server, HttpMethod.Get, headers => headers.IfModifiedSince = first.Content.Headers.LastModified);
        _folder.Write("static/style.css", "body { color: blue }");
        var changed = await SendAsync(server, HttpMethod.Get, headers => headers.IfNoneMatch.Add(first.Headers.ETag));

        Assert.Equal(HttpStatusCode.NotModified, byTag.StatusCode);
        Assert.Empty(await byTag.Content.ReadAsByteArrayAsync());
        Assert.Equal(HttpStatusCode.NotModified, byTime.StatusCode);
        Assert.Equal("body { color: blue }", await changed.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Get_Ranges_AreGiven()
    {
        await using var server = await StartAsync();

        var part = await SendAsync(server, HttpMethod.Get, headers => headers.Range = new RangeHeaderValue(7, 11));
        var end = await SendAsync(server, HttpMethod.Get, headers => headers.Range = new RangeHeaderValue(null, 1));
        var beyond = await SendAsync(server, HttpMethod.Get, headers => headers.Range = new RangeHeaderValue(1000, 2000));

        Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
        Assert.Equal("color", await part.Content.ReadAsStringAsync());
        Assert.Equal("bytes 7-11/19", part.Content.Headers.ContentRange!.ToString());
        Assert.Equal("}", await end.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, beyond.StatusCode);
    }

    [Fact]
    public async Task Head_HasTheLengthAndNoBody()
    {
        await using var server = await StartAsync();

        var response = await SendAsync(server, HttpMethod.Head, _ => { });

        Assert.Equal(19, response.Content.Headers.ContentLength);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    [InlineData("BREW")]
    public async Task OtherMethods_Are405(string method)
    {
        await using var server = await StartAsync();

        var response = await SendAsync(server, new HttpMethod(method), _ => { });

        await ComponentHandlerTests.AssertProblemAsync(response, 405, "method-not-allowed");
        Assert.Equal(["GET", "HEAD"], response.Content.Headers.Allow);
    }

    [Theory]
    [InlineData("/static/nothing.txt")]
    [InlineData("/static/style.css/")]
    [InlineData("/static/style.css/x")]
    [InlineData("/static/empty/")]
    [InlineData("/static/empty")]
    [InlineData("/static//style.css")]
    [InlineData("/static/sub//page.html")]
    [InlineData("/static-too/secret.txt")]
    [InlineData("/STATIC/style.css")]
    [InlineData("/static/.env")]
    [InlineData("/static/%2eenv")]
    [InlineData("/static/.git/config")]
    [InlineData("/static/sub/../.env")]
    [InlineData("/static/../secret.txt")]
    [InlineData("/static/..%2fsecret.txt")]
    [InlineData("/static/%2e%2e/secret.txt")]
    [InlineData("/static/%2e%2e%2fsecret.txt")]
    [InlineData("/static/sub/%2e%2e/%2e%2e/secret.txt")]
    [InlineData("/static/..\\secret.txt")]
    [InlineData("/static/..%5csecret.txt")]
    [InlineData("/static/%252e%252e%252fsecret.txt")]
    [InlineData("/static/..%c0%afsecret.txt")]
    [InlineData("/static/%c0%ae%c0%ae/secret.txt")]
    [InlineData("/static/%uff0e%uff0e/secret.txt")]
    [InlineData("/static/....//secret.txt")]
    [InlineData("/static/..;/secret.txt")]
    [InlineData("/static/./style.css")]
    [InlineData("/static/style.css.")]
    [InlineData("/static/style.css%20")]
    [InlineData("/static/style.css::$DATA")]
    [InlineData("/static/C:/secret.txt")]
    [InlineData("/static/%2fetc/passwd")]
    [InlineData("/static//etc/passwd")]
    [InlineData("/static/file:///etc/passwd")]
    [InlineData("/static/\\\\host\\share\\x")]
    [InlineData("/static/style.css%00.txt")]
    [InlineData("/static/a%0d%0aSet-Cookie:x")]
    [InlineData("/static/con.txt")]
    [InlineData("/static/CON")]
    [InlineData("/static/nul.css")]
    [InlineData("/static/lpt1 .txt")]
    [InlineData("/static/out/secret.txt")]
    [InlineData("/static/out-file.txt")]
    [InlineData("/static/out-twice.txt")]
    [InlineData("/static/sub/up/secret.txt")]
    [InlineData("/static/hidden.txt")]
    [InlineData("/static/circle")]
    [InlineData("/static/dangling")]
    public async Task Request_ForWhatIsNotServed_Is400Or404(string path)
    {
        Link("out", _folder.Path);
        Link("out-file.txt", _folder["secret.txt"]);
        Link("out-twice.txt", "out-file.txt");
        Link("sub/up", "../../");
        Link("hidden.txt", ".env");
        Link("circle", "circle");
        Link("dangling", "nothing");
        await using var server = await StartAsync();

        var response = await server.SendRawAsync($"GET {path.Replace(" ", "%20", StringComparison.Ordinal)} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");

        Assert.Matches("^HTTP/1.1 (400|404) ", response);
        Assert.DoesNotContain("SECRET", response, StringComparison.Ordinal);
        Assert.DoesNotContain("color", response, StringComparison.Ordinal);
        Assert.DoesNotContain("root:", response, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/static/inside.css")]
    [InlineData("/static/sub/back.css")]
    [InlineData("/static/current/page.html")]
    public async Task Symlink_ThatStaysInside_IsFollowed(string path)
    {
        Link("inside.css", _folder["static/style.css"]);
        Link("sub/back.css", "../style.css");
        Link("current", "sub");
        await using var server = await StartAsync();

        Assert.Equal(HttpStatusCode.OK, (await server.Client.GetAsync(new Uri(path, UriKind.Relative))).StatusCode);
    }

    [Fact]
    public async Task Folder_ThatIsALink_IsServedAndMayMove()
    {
        _folder.Write("v2/style.css", "v2");
        Directory.CreateSymbolicLink(_folder["current"], _folder["static"]);
        await using var server = await StartAsync("current");
        Assert.Contains("color", await server.Client.GetStringAsync(new Uri("/static/style.css", UriKind.Relative)), StringComparison.Ordinal);

        Directory.Delete(_folder["current"]);
        Directory.CreateSymbolicLink(_folder["current"], _folder["v2"]);

        Assert.Equal("v2", await server.Client.GetStringAsync(new Uri("/static/style.css", UriKind.Relative)));
    }

    [Fact]
    public async Task Folder_ThatIsMissing_IsServedOnceItIsThere()
    {
        await using var server = await StartAsync("later");
        await ComponentHandlerTests.AssertProblemAsync(await server.Client.GetAsync(new Uri("/static/a.txt", UriKind.Relative)), 404, "not-found");

        _folder.Write("later/a.txt", "here");

        Assert.Equal("here", await server.Client.GetStringAsync(new Uri("/static/a.txt", UriKind.Relative)));
    }

    [Fact]
    public async Task Request_WithoutAStaticFolder_IsNotFound()
    {
        await using var server = await TestServer.StartAsync((exchange, _, _) => Guests.Respond(exchange, "ok"));

        await ComponentHandlerTests.AssertProblemAsync(await server.Client.GetAsync(new Uri("/static/style.css", UriKind.Relative)), 404, "not-found");
    }

    [Fact]
    public async Task Metrics_CountFilesByTheirRoute()
    {
        await using var server = await StartAsync();
        await server.Client.GetStringAsync(new Uri("/static/style.css", UriKind.Relative));
        (await server.Client.GetAsync(new Uri("/static/none", UriKind.Relative))).Dispose();

        var metrics = await server.Client.GetStringAsync(new Uri("/metrics", UriKind.Relative));

        Assert.Contains("mik_requests_total{route=\"static\",status=\"200\"} 1", metrics, StringComparison.Ordinal);
        Assert.Contains("mik_requests_total{route=\"static\",status=\"404\"} 1", metrics, StringComparison.Ordinal);
    }

    private static Task<HttpResponseMessage> SendAsync(TestServer server, HttpMethod method, Action<HttpRequestHeaders> change)
    {
        var request = new HttpRequestMessage(method, "/static/style.css");
        change(request.Headers);
        return server.Client.SendAsync(request);
    }

    private void Link(string name, string target) => File.CreateSymbolicLink(_folder["static/" + name], target);

    private Task<TestServer> StartAsync(string folder = "static") =>
        TestServer.StartAsync((exchange, _, _) => Guests.Respond(exchange, "ok"), options => options with { StaticFolder = _folder[folder] });
}
