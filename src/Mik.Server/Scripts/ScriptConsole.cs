using Microsoft.Extensions.Logging;
using Mik.Scripting.Execution;

namespace Mik.Server.Scripts;

/// <summary>How a script's console maps to the log.</summary>
internal static class ScriptConsole
{
    /// <summary>The log's level for one of the console's.</summary>
    public static LogLevel LevelOf(ScriptLogLevel level) => level switch
    {
        ScriptLogLevel.Debug => LogLevel.Debug,
        ScriptLogLevel.Warning => LogLevel.Warning,
        ScriptLogLevel.Error => LogLevel.Error,
        _ => LogLevel.Information,
    };
}
