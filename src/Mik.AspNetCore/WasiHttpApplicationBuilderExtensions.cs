using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Mik.AspNetCore.Components;
using Mik.AspNetCore.Endpoints;

namespace Mik.AspNetCore;

/// <summary>Puts WASI HTTP middleware components into a program's pipeline.</summary>
public static class WasiHttpApplicationBuilderExtensions
{
    /// <summary>
    /// Puts a component of the world <c>wasi:http/middleware</c> (WASI 0.3) into the pipeline; what it calls is the rest of that, once or several times, or
    /// never. Its deadline is that of all behind it, too.
    /// </summary>
    /// <param name="app">The pipeline.</param>
    /// <param name="component">The name of a component of the configuration, or the path of a file.</param>
    public static IApplicationBuilder UseWasiMiddleware(this IApplicationBuilder app, string component)
    {
        ArgumentNullException.ThrowIfNull(app);
        ArgumentException.ThrowIfNullOrEmpty(component);
        var services = app.ApplicationServices;
        var host = services.GetService<WasiHttpHost>() ?? throw new InvalidOperationException("Call builder.Services.AddWasiHttp() before UseWasiMiddleware.");
        var middleware = new WasiHttpEndpoint(
            host, host.Get(component, isMiddleware: true), services.GetRequiredService<GuestTelemetry>(), services.GetRequiredService<ILoggerFactory>());
        return app.Use(next => http => middleware.PassAsync(http, new PassedPipeline(http, next, host.Encoding)));
    }
}
