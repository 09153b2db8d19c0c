namespace Mik.Cli.Explaining;

/// <summary>What part of mik an error comes from.</summary>
internal enum ErrorArea
{
    CommandLine,
    Configuration,
    Serving,
    Loading,
    Building,
    Packages,
    Requests,
}

/// <summary>The page about an error.</summary>
/// <param name="Code">Its code, which never changes.</param>
/// <param name="Area">Where it comes from.</param>
/// <param name="Meaning">What happened.</param>
/// <param name="Causes">Why it happens.</param>
/// <param name="Remedy">What to do.</param>
internal sealed record ErrorPage(string Code, ErrorArea Area, string Meaning, string Causes, string Remedy);
