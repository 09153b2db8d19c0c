namespace Mik.Scripting.Engine;

/// <summary>An import that cannot be had. The script sees the message as an Error.</summary>
internal sealed class ScriptImportException(string message, int line = 0, int column = 0, string? file = null) : Exception(message)
{
    /// <summary>The file that is at fault when it is not the importing one.</summary>
    public string? File { get; } = file;

    /// <summary>Line in <see cref="File"/>, from 1; 0 is none.</summary>
    public int Line { get; } = line;

    /// <summary>Column in <see cref="File"/>, from 1.</summary>
    public int Column { get; } = column;
}
