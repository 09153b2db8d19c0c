namespace Mik.Server.Limits;

/// <summary>What a module's circuit breaker knows of one client whose requests failed.</summary>
internal sealed class ClientCircuit(ClientAddress client, TimeProvider clock)
{
    /// <summary>Who it is.</summary>
    public ClientAddress Client => client;

    /// <summary>The client's own circuit.</summary>
    public CircuitBreaker Circuit { get; } = new(clock);

    /// <summary>When a request failed last, in the clock's ticks.</summary>
    public long FailedAt { get; set; }

    /// <summary>The run of the module's failures to which the last one belonged.</summary>
    public long Run { get; set; }
}
