using Mik.AspNetCore.Configuration;
using Mik.Wasi.Http.Egress;

namespace Mik.AspNetCore.Outgoing;

/// <summary>Gives each component its client of the program's <see cref="IHttpClientFactory"/>.</summary>
internal sealed class GuestClients(IHttpMessageHandlerFactory factory, GuestPolicies policies)
{
    /// <summary>Outgoing calls of a component. The client is made when its first guest calls.</summary>
    /// <param name="component">What names it in this program.</param>
    /// <param name="policy">Who may be called.</param>
    public OutgoingHttp Create(string component, EgressPolicy policy)
    {
        var client = $"{WasiHttpDefaults.HttpClientName}.{component}";
        policies.Add(client, policy);
        return new OutgoingHttp(policy, () => factory.CreateHandler(client));
    }
}
