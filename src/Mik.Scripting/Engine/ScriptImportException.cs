namespace Mik.Scripting.Engine;

/// <summary>An import that cannot be had. The script sees the message as an Error.</summary>
internal sealed class ScriptImportException(string message, int line = 0, int column = 0) : Exception(message)
{
    /// <summary>Line in the file that cannot be read, from 1; 0 is none.</summary>
    public int Line { get; } = line;

    /// <summary>Column in that line, from 1.</summary>
    public int Column { get; } = column;
}
