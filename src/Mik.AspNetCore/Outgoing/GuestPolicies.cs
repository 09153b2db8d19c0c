using System.Collections.Concurrent;
using Mik.Wasi.Http.Egress;

namespace Mik.AspNetCore.Outgoing;

/// <summary>Who may be called, by the name of the client that calls.</summary>
internal sealed class GuestPolicies
{
    private readonly ConcurrentDictionary<string, EgressPolicy> _policies = new(StringComparer.Ordinal);

    /// <summary>Keeps the policy of a client.</summary>
    public void Add(string client, EgressPolicy policy) => _policies[client] = policy;

    /// <summary>The policy of a client; null when it is no guest's.</summary>
    public EgressPolicy? Find(string? client) => client is not null && _policies.TryGetValue(client, out var policy) ? policy : null;
}
