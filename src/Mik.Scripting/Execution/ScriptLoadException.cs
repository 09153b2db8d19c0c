using Mik.Scripting.Diagnostics;
using Mik.Scripting.Sources;

namespace Mik.Scripting.Execution;

/// <summary>A script cannot be loaded; the message says why, <see cref="Failure"/> where.</summary>
internal sealed class ScriptLoadException : Exception
{
    private readonly IReadOnlyList<(string Path, SourceStamp Stamp)> _read;
    private readonly bool _isIncomplete;

    /// <summary>Makes the error for one script.</summary>
    public ScriptLoadException(string script, ScriptFailure failure, ScriptModules? modules = null)
        : base(failure.Summary)
    {
        Script = script;
        Failure = failure;
        _read = [.. modules?.Read.Select(source => (source.Path, source.Stamp)) ?? []];
        _isIncomplete = modules?.IsIncomplete ?? false;
    }

    /// <summary>Name of the script.</summary>
    public string Script { get; }

    /// <summary>What is wrong.</summary>
    public ScriptFailure Failure { get; }

    /// <summary>Whether a file that was read has changed, so that it is worth trying again.</summary>
    public bool MayHaveChanged => _isIncomplete || _read.Count == 0 || _read.Any(source => SourceStamp.Of(source.Path) != source.Stamp);
}
