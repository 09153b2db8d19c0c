namespace Mik.Cli.Checking;

/// <summary>How something is.</summary>
internal enum Health
{
    Fine,
    Missing,
    Wrong,
}

/// <summary>What a check found.</summary>
/// <param name="What">What was checked.</param>
/// <param name="Health">How it is.</param>
/// <param name="Detail">What was found.</param>
/// <param name="Next">What to do.</param>
internal sealed record Finding(string What, Health Health, string Detail, string? Next = null)
{
    /// <summary>Mends it without doing harm, and tells what was done; null when only a person can.</summary>
    public Func<CancellationToken, Task<string>>? Mend { get; init; }
}
