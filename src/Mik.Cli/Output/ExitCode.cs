namespace Mik.Cli.Output;

/// <summary>What the process returns.</summary>
internal static class ExitCode
{
    /// <summary>Fine.</summary>
    public const int Fine = 0;

    /// <summary>It failed.</summary>
    public const int Failed = 1;

    /// <summary>It was not called as it must be.</summary>
    public const int Usage = 2;
}
