namespace Mik.Wasm.Execution;

/// <summary>A call on the guest's stack as its author wrote it.</summary>
/// <param name="Function">The function's name.</param>
/// <param name="File">The source file; null when the module does not say.</param>
/// <param name="Line">The line, from 1; 0 when the module does not say.</param>
/// <param name="Column">The column, from 1; 0 when the module does not say.</param>
/// <param name="IsInlined">Whether the guest's own compiler put it into the function that called it.</param>
public readonly record struct GuestFrame(string Function, string? File = null, int Line = 0, int Column = 0, bool IsInlined = false)
{
    /// <summary>The frame as one line shows it.</summary>
    public override string ToString()
    {
        var place = File is null ? "" : Line == 0 ? $" ({File})" : Column == 0 ? $" ({File}:{Line})" : $" ({File}:{Line}:{Column})";
        return Function + place + (IsInlined ? " [inlined]" : "");
    }
}
