namespace Mik.Cli.Output.Logging;

/// <summary>What the log on stderr looks like.</summary>
internal enum LogFormat
{
    /// <summary>Text on a terminal, JSON lines elsewhere.</summary>
    Auto,
    /// <summary>Lines for people.</summary>
    Text,
    /// <summary>A JSON document per line.</summary>
    Json,
}
