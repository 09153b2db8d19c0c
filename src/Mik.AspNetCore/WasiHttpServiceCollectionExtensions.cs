using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Options;
using Mik.AspNetCore.Components;
using Mik.AspNetCore.Configuration;
using Mik.AspNetCore.Endpoints;
using Mik.AspNetCore.Outgoing;

namespace Mik.AspNetCore;

/// <summary>Adds WASI HTTP components to a program's services.</summary>
public static class WasiHttpServiceCollectionExtensions
{
    /// <summary>Adds what <c>MapWasiHttp</c> needs. The options are bound to <see cref="WasiHttpDefaults.SectionName"/>, and bad ones stop the start.</summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">Changes the options after they were bound; may be left out.</param>
    public static IServiceCollection AddWasiHttp(this IServiceCollection services, Action<WasiHttpOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        var options = services.AddOptions<WasiHttpOptions>().Configure<IConfiguration>(WasiHttpSection.Bind).ValidateOnStart();
        if (configure is not null)
        {
            options.Configure(configure);
        }

        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<WasiHttpOptions>, WasiHttpOptionsValidator>());
        services.AddHttpClient();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IPostConfigureOptions<HttpClientFactoryOptions>, GuestClientOptions>());
        services.TryAddSingleton<GuestPolicies>();
        services.TryAddSingleton<GuestClients>();
        services.TryAddSingleton<WasiHttpHost>();
        services.TryAddSingleton<GuestTelemetry>();
        services.AddMetrics();
        return services;
    }

    /// <summary>Adds a check that is unhealthy while a component cannot be loaded.</summary>
    public static IHealthChecksBuilder AddWasiHttp(this IHealthChecksBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddCheck<WasiHttpHealthCheck>(WasiHttpDefaults.HealthCheckName);
    }
}
