namespace Mik.Server.Admission;

/// <summary>Given to a request that a <see cref="CircuitBreaker"/> let through, and given back with what came of it.</summary>
internal readonly record struct CircuitPass(int Version);
