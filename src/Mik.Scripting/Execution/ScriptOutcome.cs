using Mik.Scripting.Diagnostics;

namespace Mik.Scripting.Execution;

/// <summary>How a script ended: with a response or with an error.</summary>
internal sealed record ScriptOutcome
{
    /// <summary>The error; null when there is a response.</summary>
    public ScriptFailure? Failure { get; init; }

    /// <summary>Status of the response.</summary>
    public int Status { get; init; }

    /// <summary>Header fields of the response.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>Body of the response.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }
}
