using System.Net;
using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Mik.AspNetCore.Configuration;
using Mik.AspNetCore.Endpoints;
using Mik.Testing;

namespace Mik.AspNetCore.Tests;

/// <summary>
/// A component of the world <c>wasi:http/middleware</c> in a program's pipeline. The guest passes everything on, and adds <c>x-passed: p3</c>.
/// </summary>
public sealed class MiddlewareTests
{
    [Theory]
    [InlineData(HttpProtocols.Http1)]
    [InlineData(HttpProtocols.Http2)]
    public async Task Request_PassesTheComponent_ThereAndBack(HttpProtocols protocols)
    {
        await using var program = await StartAsync(
            app => app.MapPost("/shop/{item}", async (HttpContext http, string item) =>
            {
                using var reader = new StreamReader(http.Request.Body);
                http.Response.Cookies.Append("seen", item);
                return Results.Text($"{http.Request.Path.Value} {http.Request.Query["q"]} {await reader.ReadToEndAsync(http.RequestAborted)}", statusCode: 201);
            }),
            protocols: protocols);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/shop/a%20b?q=1") { Content = new StringContent("a body") };
        if (protocols == HttpProtocols.Http2)
        {
            (request.Version, request.VersionPolicy) = (HttpVersion.Version20, HttpVersionPolicy.RequestVersionExact);
        }

        using var answer = await program.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        Assert.Equal("p3", Assert.Single(answer.Headers.GetValues("x-passed")));
        Assert.StartsWith("seen=a%20b", Assert.Single(answer.Headers.GetValues("set-cookie")), StringComparison.Ordinal);
        Assert.Equal("/shop/a b 1 a body", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Context_HasWhatWasMadeForTheRequest()
    {
        await using var program = await StartAsync(
            app => app.MapGet("/who", (HttpContext http, Marker marker) =>
                $"{http.User.Identity!.Name} {http.Items["item"]} {marker.Name} {http.TraceIdentifier == (string)http.Items["trace"]!} "
                    + http.Request.PathBase),
            builder => builder.Services.AddScoped<Marker>(),
            before: app => app.UsePathBase("/base").Use((http, next) =>
            {
                http.User = new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, "anna")], "test"));
                http.Items["item"] = "kept";
                http.Items["trace"] = http.TraceIdentifier;
                http.RequestServices.GetRequiredService<Marker>().Name = "scoped";
                return next(http);
            }).UseRouting());

        using var answer = await program.Client.GetAsync("/base/who");

        Assert.Equal("anna kept scoped True /base", await answer.Content.ReadAsStringAsync());
        Assert.True(answer.Headers.Contains("x-passed"));
    }

    [Fact]
    public async Task Chain_OfTwo_IsPassedByBoth()
    {
        await using var program = await StartAsync(app =>
        {
            app.UseWasiMiddleware(Middleware);
            app.MapWasiHttp("/g/{**rest}", EmbeddedProgram.Guest("echo"));
        });
        var body = new byte[300_000];
        Random.Shared.NextBytes(body);

        using var answer = await program.Client.PostAsync("/g/x", new ByteArrayContent(body));

        Assert.Equal(["p3", "p3"], answer.Headers.GetValues("x-passed").SelectMany(value => value.Split(", ")));
        Assert.Equal("/x", Assert.Single(answer.Headers.GetValues("x-echo-path")));
        Assert.Equal(body, await answer.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Exception_OfWhatIsBehind_ReachesWhatIsBefore()
    {
        Exception? seen = null;
        await using var program = await StartAsync(
            app => app.MapGet("/fails", string () => throw new InvalidOperationException("the endpoint fails")),
            before: app => app.Use(async (http, next) =>
            {
                try
                {
                    await next(http);
                }
                catch (InvalidOperationException exception)
                {
                    seen = exception;
                    http.Response.StatusCode = StatusCodes.Status418ImATeapot;
                }
            }).UseRouting());

        using var answer = await program.Client.GetAsync("/fails");

        Assert.Equal(StatusCodes.Status418ImATeapot, (int)answer.StatusCode);
        Assert.Equal("the endpoint fails", seen!.Message);
    }

    [Fact]
    public async Task Client_ThatGoes_StopsWhatIsBehind()
    {
        var begun = new TaskCompletionSource();
        var stopped = new TaskCompletionSource();
        await using var program = await StartAsync(app => app.MapGet("/waits", async (HttpContext http) =>
        {
            begun.SetResult();
            await Task.Delay(Timeout.Infinite, http.RequestAborted).ContinueWith(_ => stopped.SetResult(), TaskScheduler.Default);
        }));
        using var left = new CancellationTokenSource();
        var request = program.Client.GetAsync("/waits", left.Token);
        await begun.Task;

        await left.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request);
        await stopped.Task.WaitAsync(TimeSpan.FromSeconds(60), CancellationToken.None);
    }

    [Fact]
    public async Task Deadline_IsThatOfAllBehind()
    {
        IWasiHttpErrorFeature? failure = null;
        await using var program = await StartAsync(
            app => app.MapGet("/waits", (HttpContext http) => Task.Delay(Timeout.Infinite, http.RequestAborted)),
            builder => builder.Services.Configure<WasiHttpOptions>(options =>
                options.Components["mark"] = new WasiComponentOptions { Path = Middleware, Deadline = TimeSpan.FromSeconds(8) }),
            before: app => app.Use(async (http, next) =>
            {
                await next(http);
                failure = http.Features.Get<IWasiHttpErrorFeature>();
            }).UseRouting(),
            component: "mark");

        using var answer = await program.Client.GetAsync("/waits");

        Assert.Equal((HttpStatusCode.GatewayTimeout, WasiHttpError.Deadline), (answer.StatusCode, failure!.Error));
    }

    [Fact]
    public async Task Upgrade_BehindIt_IsNotOffered()
    {
        await using var program = await StartAsync(app =>
            app.MapGet("/", (HttpContext http) => http.Features.Get<IHttpUpgradeFeature>()!.IsUpgradableRequest.ToString()));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.Connection.Add("upgrade");
        request.Headers.Upgrade.ParseAdd("websocket");

        using var answer = await program.Client.SendAsync(request);

        Assert.Equal("False", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Component_OfAnotherWorld_IsNotLoaded()
    {
        await using var program = await StartAsync(app => app.MapGet("/", () => "behind"), component: EmbeddedProgram.Guest("echo"));

        using var answer = await program.Client.GetAsync("/");

        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        await program.Log.WaitForAsync(line => line.Text.Contains("no middleware", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Component_ThatIsAnEndpointToo_IsRefused()
    {
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => StartAsync(app => app.MapWasiHttp("/g/{**rest}", Middleware)));
        Assert.Contains("both an endpoint and a middleware", refused.Message, StringComparison.Ordinal);
    }

    private static string Middleware => RepositoryRoot.Combine("guests", "p3", "middleware.wasm");

    private static Task<EmbeddedProgram> StartAsync(
        Action<WebApplication> use, Action<WebApplicationBuilder>? build = null, Action<WebApplication>? before = null, string? component = null,
        HttpProtocols protocols = HttpProtocols.Http1) =>
        EmbeddedProgram.StartAsync(
            builder =>
            {
                builder.Services.AddWasiHttp();
                build?.Invoke(builder);
            },
            app =>
            {
                before?.Invoke(app);
                app.UseWasiMiddleware(component ?? Middleware);
                use(app);
            },
            protocols);

    private sealed class Marker
    {
        public string Name { get; set; } = "";
    }
}
