using Microsoft.Extensions.Logging;
using Mik.Scripting.Execution;
using Mik.Server.Observability;
using Mik.Server.Options;

namespace Mik.Server.Scripts;

/// <summary>The console of one run of a script: lines of the log, up to its limits. Used by the run's thread.</summary>
/// <param name="script">Name of the script.</param>
/// <param name="requestId">The request, or a dash.</param>
/// <param name="module">What the log takes of the script.</param>
/// <param name="limits">The limits.</param>
/// <param name="log">The log.</param>
internal sealed class ScriptConsole(string script, string requestId, ModuleOutput module, OutputLimits limits, ILogger log)
{
    private RequestOutput _output = new(module, limits);

    /// <summary>Whether more lines are taken.</summary>
    public bool TakesMore => _output.TakesMore;

    /// <summary>Takes a line.</summary>
    public void Log(ScriptLogLevel level, string text)
    {
        if (log.IsEnabled(LevelOf(level)) && _output.TryTake(text))
        {
            Events.ScriptOutput(log, LevelOf(level), text, script, requestId);
        }
    }

    /// <summary>Counts what was left out because no more is taken.</summary>
    public void LeaveOut(long bytes) => _output.LeaveOut(bytes);

    /// <summary>The run has ended: says what was left out.</summary>
    public void End()
    {
        if (_output.LeftOut > 0)
        {
            Events.RequestOutputLeftOut(log, _output.LeftOut, limits.BytesPerRequest >> 10, script, requestId);
        }
    }

    private static LogLevel LevelOf(ScriptLogLevel level) => level switch
    {
        ScriptLogLevel.Debug => LogLevel.Debug,
        ScriptLogLevel.Warning => LogLevel.Warning,
        ScriptLogLevel.Error => LogLevel.Error,
        _ => LogLevel.Information,
    };
}
