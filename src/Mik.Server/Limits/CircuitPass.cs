namespace Mik.Server.Limits;

/// <summary>Given to a request that a <see cref="CircuitBreaker"/> let through, and given back with what came of it.</summary>
/// <param name="Version">The breaker's state when it was given.</param>
/// <param name="IsCounted">Whether it took the place of a probe.</param>
internal readonly record struct CircuitPass(int Version, bool IsCounted = false);
