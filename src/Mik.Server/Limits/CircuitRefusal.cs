namespace Mik.Server.Limits;

/// <summary>Why a <see cref="ModuleCircuit"/> lets a request not pass.</summary>
/// <param name="RetryAfter">When to ask again.</param>
/// <param name="IsOfClient">Whether it is open for this client alone.</param>
internal readonly record struct CircuitRefusal(TimeSpan RetryAfter, bool IsOfClient);
