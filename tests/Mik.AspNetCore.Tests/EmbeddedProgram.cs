using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Mik.AspNetCore.Configuration;
using Mik.Testing;

namespace Mik.AspNetCore.Tests;

/// <summary>An ASP.NET Core program with components, on a real Kestrel and a free port.</summary>
internal sealed class EmbeddedProgram : IAsyncDisposable
{
    private readonly WebApplication _app;

    private EmbeddedProgram(WebApplication app, LogLines log)
    {
        _app = app;
        Log = log;
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
    }

    public HttpClient Client { get; }

    public LogLines Log { get; }

    public IServiceProvider Services => _app.Services;

    public static string Guest(string name) => RepositoryRoot.Combine("guests", name, name + ".wasm");

    /// <summary>Starts a program whose component <c>guest</c> is at <c>/g/…</c>.</summary>
    public static Task<EmbeddedProgram> StartAsync(
        string guest, Action<WasiComponentOptions>? change = null, Action<WebApplicationBuilder>? build = null, Action<WebApplication>? use = null,
        HttpProtocols protocols = HttpProtocols.Http1) =>
        StartAsync(
            builder =>
            {
                builder.Services.AddWasiHttp(options =>
                {
                    var component = new WasiComponentOptions { Path = Guest(guest), Deadline = TimeSpan.FromMinutes(5) };
                    change?.Invoke(component);
                    options.Components["guest"] = component;
                });
                build?.Invoke(builder);
            },
            app =>
            {
                use?.Invoke(app);
                app.MapWasiHttp("/g/{**rest}", "guest");
            },
            protocols);

    /// <summary>Starts a program.</summary>
    public static async Task<EmbeddedProgram> StartAsync(
        Action<WebApplicationBuilder> build, Action<WebApplication> use, HttpProtocols protocols = HttpProtocols.Http1)
    {
        var builder = WebApplication.CreateSlimBuilder();
        var log = new LogLines();
        builder.Logging.ClearProviders().AddProvider(log);
        builder.WebHost.UseKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.Protocols = protocols));
        build(builder);
        var app = builder.Build();
        use(app);
        await app.StartAsync(CancellationToken.None);
        return new EmbeddedProgram(app, log);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }
}
