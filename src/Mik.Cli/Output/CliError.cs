namespace Mik.Cli.Output;

/// <summary>An error as a user should read it.</summary>
/// <param name="What">What happened.</param>
/// <param name="Why">Why, as far as it is known.</param>
/// <param name="Next">What to do next.</param>
internal sealed record CliError(string What, string? Why = null, string? Next = null)
{
    /// <summary>Its code, which <c>mik explain</c> has a page about.</summary>
    public required string Code { get; init; }

    /// <summary>Lines of the file that it is about.</summary>
    public string? Excerpt { get; init; }
}
