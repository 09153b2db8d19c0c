using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Mik.AspNetCore.Configuration;
using Mik.AspNetCore.Endpoints;

namespace Mik.AspNetCore.Tests;

/// <summary>Guests call through clients of the program's own factory, and never past the policy.</summary>
public sealed class OutgoingTests
{
    [Fact]
    public async Task Handlers_OfTheSharedClient_AndOfTheComponentsOwn_StandBeforeItsCalls()
    {
        var seen = new ConcurrentQueue<string>();
        await using var program = await StartAsync("127.0.0.1", services =>
        {
            services.AddHttpClient(WasiHttpDefaults.HttpClientName).AddHttpMessageHandler(() => new Witness("all", seen));
            services.AddHttpClient($"{WasiHttpDefaults.HttpClientName}.guest").AddHttpMessageHandler(() => new Witness("guest", seen));
            services.AddHttpClient($"{WasiHttpDefaults.HttpClientName}.other").AddHttpMessageHandler(() => new Witness("other", seen));
        });

        Assert.Equal("called: yes, yes", await program.Client.GetStringAsync(Asking(program, "/called")));
        Assert.Equal(["all", "guest"], seen);
    }

    [Fact]
    public async Task Handlers_OfAllClients_StandBeforeItsCallsOnce()
    {
        var seen = new ConcurrentQueue<string>();
        await using var program = await StartAsync("127.0.0.1", services =>
        {
            services.AddHttpClient(WasiHttpDefaults.HttpClientName).AddHttpMessageHandler(() => new Witness("shared", seen));
            services.AddTransient(_ => new Witness("typed", seen));
            services.ConfigureHttpClientDefaults(clients => clients.AddHttpMessageHandler(() => new Witness("all", seen)).AddHttpMessageHandler<Witness>());
        });

        await program.Client.GetStringAsync(Asking(program, "/called"));
        Assert.Equal(["all", "shared", "typed"], seen.Order());
    }

    [Fact]
    public async Task Handler_MayAnswerItself_AsTestsOfAProgramWant()
    {
        await using var program = await StartAsync("api.example.com", services =>
            services.AddHttpClient(WasiHttpDefaults.HttpClientName).AddHttpMessageHandler(() => new Answering()));

        Assert.Equal("of no server", await program.Client.GetStringAsync("/g/?url=" + Uri.EscapeDataString("https://api.example.com/")));
    }

    [Fact]
    public async Task Hosts_ThatAreNotAllowed_AreNotAskedFor()
    {
        var seen = new ConcurrentQueue<string>();
        await using var program = await StartAsync("api.example.com", services =>
            services.AddHttpClient(WasiHttpDefaults.HttpClientName).AddHttpMessageHandler(() => new Witness("all", seen)));

        using var answer = await program.Client.GetAsync(Asking(program, "/called"));

        Assert.Contains("HTTP-request-denied", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Empty(seen);
    }

    [Fact]
    public async Task PrimaryHandler_OfTheProgramsOwn_DoesNotTakeThePlaceOfThePolicys()
    {
        var seen = new ConcurrentQueue<string>();
        await using var program = await StartAsync("*", services =>
            services.AddHttpClient($"{WasiHttpDefaults.HttpClientName}.guest").ConfigurePrimaryHttpMessageHandler(() => new Witness("primary", seen)));

        // "*" leads to public addresses only; the program's own handler would have answered.
        using var answer = await program.Client.GetAsync(Asking(program, "/called"));

        Assert.Contains("destination-IP-prohibited", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Empty(seen);
    }

    [Fact]
    public async Task Filter_ThatReplacesTheHandler_FailsTheCall()
    {
        IWasiHttpErrorFeature? error = null;
        await using var program = await StartAsync(
            "127.0.0.1",
            services => services.AddSingleton<Microsoft.Extensions.Http.IHttpMessageHandlerBuilderFilter, Replacing>(),
            app => app.Use(async (http, next) =>
            {
                await next(http);
                error ??= http.Features.Get<IWasiHttpErrorFeature>();
            }));

        using var answer = await program.Client.GetAsync(Asking(program, "/called"));

        Assert.NotEqual(HttpStatusCode.OK, answer.StatusCode);
    }

    private static Task<EmbeddedProgram> StartAsync(string allowed, Action<IServiceCollection> build, Action<WebApplication>? use = null) =>
        EmbeddedProgram.StartAsync(
        "outgoing",
        options => options.AllowedHosts.Add(allowed),
        builder => build(builder.Services),
        app =>
        {
            use?.Invoke(app);
            app.MapGet("/called", (HttpRequest request) => $"called: {request.Headers["x-witness"].FirstOrDefault() ?? "no"}");
        });

    private static string Asking(EmbeddedProgram program, string path)
    {
        var address = program.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return "/g/?url=" + Uri.EscapeDataString(address + path);
    }

    private sealed class Witness(string name, ConcurrentQueue<string> seen) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            seen.Enqueue(name);
            request.Headers.TryAddWithoutValidation("x-witness", "yes");
            return InnerHandler is null ? Task.FromResult(new HttpResponseMessage()) : base.SendAsync(request, cancellationToken);
        }
    }

    private sealed class Answering : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage { Content = new StringContent("of no server") });
    }

    private sealed class Replacing : Microsoft.Extensions.Http.IHttpMessageHandlerBuilderFilter
    {
        public Action<Microsoft.Extensions.Http.HttpMessageHandlerBuilder> Configure(
            Action<Microsoft.Extensions.Http.HttpMessageHandlerBuilder> next) => builder =>
        {
            next(builder);
            builder.PrimaryHandler = new SocketsHttpHandler();
        };
    }
}
