using System.Globalization;

namespace Mik.Scripting.Sources;

/// <summary>A line of a stack, in the file as written. Line and column count from 1.</summary>
internal sealed record ScriptFrame(string Function, string Module, int Line, int Column)
{
    /// <inheritdoc/>
    public override string ToString()
    {
        var place = string.Create(CultureInfo.InvariantCulture, $"{Module}:{Line}:{Column}");
        return Function.Length == 0 ? $"at {place}" : $"at {Function} ({place})";
    }
}
