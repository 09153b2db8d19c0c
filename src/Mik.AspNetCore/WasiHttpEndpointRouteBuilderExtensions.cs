using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Mik.AspNetCore.Components;
using Mik.AspNetCore.Configuration;
using Mik.AspNetCore.Endpoints;

namespace Mik.AspNetCore;

/// <summary>Maps WASI HTTP components as endpoints.</summary>
public static class WasiHttpEndpointRouteBuilderExtensions
{
    /// <summary>Maps a component. The endpoint takes every method; what else holds for it is said by conventions, as for any other.</summary>
    /// <param name="endpoints">The routes.</param>
    /// <param name="pattern">A route pattern, usually with a catch-all at its end: <c>/api/{**rest}</c>.</param>
    /// <param name="component">The name of a component of the configuration, or the path of a file.</param>
    public static IEndpointConventionBuilder MapWasiHttp(this IEndpointRouteBuilder endpoints, string pattern, string component)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(pattern);
        ArgumentException.ThrowIfNullOrEmpty(component);
        return Map(endpoints, RoutePatternFactory.Parse(pattern), HostOf(endpoints).Get(component, isMiddleware: false));
    }

    /// <summary>Maps every component of the configuration that has a <see cref="WasiComponentOptions.Route"/>.</summary>
    public static IEndpointConventionBuilder MapWasiHttp(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        return new WasiHttpConventionBuilder(
            [.. HostOf(endpoints).Components.Where(component => component.Options.Route is not null)
                .Select(component => Map(endpoints, RoutePatternFactory.Parse(component.Options.Route!), component))]);
    }

    private static WasiHttpHost HostOf(IEndpointRouteBuilder endpoints) =>
        endpoints.ServiceProvider.GetService<WasiHttpHost>() ?? throw new InvalidOperationException("Call builder.Services.AddWasiHttp() before MapWasiHttp.");

    private static IEndpointConventionBuilder Map(IEndpointRouteBuilder endpoints, RoutePattern pattern, HostedComponent component)
    {
        component.UseAs(isMiddleware: false);
        var services = endpoints.ServiceProvider;
        var endpoint = new WasiHttpEndpoint(
            services.GetRequiredService<WasiHttpHost>(), component, services.GetRequiredService<GuestTelemetry>(),
            services.GetRequiredService<ILoggerFactory>());
        var mapped = endpoints.Map(pattern, endpoint.HandleAsync).WithDisplayName($"WASI HTTP: {component.Name}");
        if (component.Options.PathSeenByGuest == GuestPathView.BelowPattern)
        {
            // The whole pattern, with the prefixes of the groups around it, is known when the endpoint is made.
            mapped.Finally(made => endpoint.SkippedSegments = GuestPath.SegmentsBefore(((RouteEndpointBuilder)made).RoutePattern));
        }

        return mapped;
    }
}
