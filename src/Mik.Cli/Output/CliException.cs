namespace Mik.Cli.Output;

/// <summary>Ends a command with errors and an exit code.</summary>
internal sealed class CliException(int exitCode, params IReadOnlyList<CliError> errors) : Exception(errors[0].What)
{
    /// <summary>What the process returns.</summary>
    public int ExitCode { get; } = exitCode;

    /// <summary>All errors that were found.</summary>
    public IReadOnlyList<CliError> Errors { get; } = errors;
}
