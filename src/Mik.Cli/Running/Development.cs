namespace Mik.Cli.Running;

/// <summary>What <c>mik dev</c> has to do with a server that runs.</summary>
/// <param name="Listening">Told where it listens.</param>
/// <param name="Stop">Completes when it shall stop.</param>
internal sealed record Development(Action<IReadOnlyList<string>> Listening, Task Stop)
{
    private static readonly TimeSpan MostQuiet = TimeSpan.FromMilliseconds(60);

    /// <summary>How long files must be quiet: editors write one at a time.</summary>
    public static TimeSpan Shorter(TimeSpan configured) => configured < MostQuiet ? configured : MostQuiet;
}
