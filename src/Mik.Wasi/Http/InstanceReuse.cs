namespace Mik.Wasi.Http;

/// <summary>
/// How many requests may share an instance of a component of WASI 0.3. What one of them leaves in the guest's memory, the next one finds; and what ends the
/// instance ends all that share it.
/// </summary>
public sealed record InstanceReuse
{
    /// <summary>A fresh instance for each request.</summary>
    public static InstanceReuse None { get; } = new();

    /// <summary>Most requests of one instance, one after the other or at once.</summary>
    public int Requests { get; init; } = 1;

    /// <summary>Most requests of one instance at once.</summary>
    public int AtOnce { get; init; } = 1;

    /// <summary>How long an instance without a request is kept.</summary>
    public TimeSpan IdleTime { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a task that was told to stop may take to do so, before its instance is ended.</summary>
    public TimeSpan CancelTime { get; init; } = TimeSpan.FromMilliseconds(100);

    internal bool IsOn => Requests > 1;
}
