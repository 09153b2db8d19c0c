namespace Mik.Server.Limits;

/// <summary>The states of a <see cref="CircuitBreaker"/>; the numbers are those of the metric.</summary>
internal enum CircuitState
{
    /// <summary>Requests pass.</summary>
    Closed = 0,
    /// <summary>A few requests pass to see whether the module works again.</summary>
    HalfOpen = 1,
    /// <summary>No request passes.</summary>
    Open = 2,
}
