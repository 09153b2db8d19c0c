using System.CommandLine;

namespace Mik.Cli.Options;

/// <summary>A command of <c>mik</c> with the examples that its help shows.</summary>
internal sealed class Verb(string name, string description, params (string Command, string Meaning)[] examples) : Command(name, description)
{
    /// <summary>Command lines and what they do.</summary>
    public IReadOnlyList<(string Command, string Meaning)> Examples { get; } = examples;
}
