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

        // What stands before all of the program's clients (ConfigureHttpClientDefaults) is in both.
        var own = options.HttpMessageHandlerBuilderActions.ToList();
        var at = 0;
        foreach (var action in shared.HttpMessageHandlerBuilderActions.Where(action => !own.Remove(action)))
        {
            options.HttpMessageHandlerBuilderActions.Insert(at++, action);
        }

        options.HttpMessageHandlerBuilderActions.Add(builder => builder.PrimaryHandler = OutgoingHttp.CreateHandler(policy));
        options.HandlerLifetime = Timeout.InfiniteTimeSpan;
    }
}
