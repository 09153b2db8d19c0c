namespace Mik.Packages.Remote;

/// <summary>A request failed in a way that may pass.</summary>
/// <param name="what">What happened.</param>
/// <param name="why">Why.</param>
/// <param name="retryAfter">How long the server asks to wait.</param>
/// <param name="inner">What caused it.</param>
internal sealed class TransientException(string what, string why, TimeSpan? retryAfter = null, Exception? inner = null) : Exception(what, inner)
{
    /// <summary>Why.</summary>
    public string Why { get; } = why;

    /// <summary>How long the server asks to wait.</summary>
    public TimeSpan? RetryAfter { get; } = retryAfter;

    /// <summary>The error when no attempt is left.</summary>
    public PackageException Final() => new(
        Message,
        Why,
        RetryAfter is { } wait
            ? FormattableString.Invariant($"try again in {Math.Ceiling(wait.TotalSeconds)} s; the server asks for that") : "check the network, and try again",
        this)
    { Code = "registry-unreachable" };
}
