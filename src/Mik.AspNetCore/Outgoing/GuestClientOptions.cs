using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Options;
using Mik.AspNetCore.Configuration;
using Mik.Wasi.Http.Egress;

namespace Mik.AspNetCore.Outgoing;

/// <summary>
/// Puts a component's client together: what the program added for all guests, what it added for this one, and last the handler that dials within the policy.
/// That handler ages its connections by itself, and so lives as long as the program.
/// </summary>
internal sealed class GuestClientOptions(GuestPolicies policies, IServiceProvider services) : IPostConfigureOptions<HttpClientFactoryOptions>
{
    /// <inheritdoc/>
    public void PostConfigure(string? name, HttpClientFactoryOptions options)
    {
        if (policies.Find(name) is not { } policy)
        {
            return;
        }

        // Asked for here: these options are made of what is made of this.
        var shared = services.GetRequiredService<IOptionsMonitor<HttpClientFactoryOptions>>().Get(WasiHttpDefaults.HttpClientName);
        for (var at = 0; at < shared.HttpMessageHandlerBuilderActions.Count; at++)
        {
            options.HttpMessageHandlerBuilderActions.Insert(at, shared.HttpMessageHandlerBuilderActions[at]);
        }

        options.HttpMessageHandlerBuilderActions.Add(builder => builder.PrimaryHandler = OutgoingHttp.CreateHandler(policy));
        options.HandlerLifetime = Timeout.InfiniteTimeSpan;
    }
}
