using System.Globalization;
using System.Text;
using Mik.Wasm.Debugging;
using Mik.Wasm.Execution;

namespace Mik.AspNetCore.Execution;

/// <summary>
/// A trap's stack as the guest's author knows it: the guest's own functions, innermost first, with lines of its source where the module has them.
/// </summary>
internal static class TrapStack
{
    private const int MostFunctions = 32;

    /// <summary>One line per guest function; empty when the trap came from none.</summary>
    public static string Describe(Trap trap)
    {
        var trace = GuestTrace.Of(trap, MostFunctions);
        var text = new StringBuilder();
        foreach (var frame in trace.Frames)
        {
            text.Append(text.Length == 0 ? "  at " : "\n  at ").Append(frame);
        }

        if (trace.LeftOut > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n  and {trace.LeftOut} more");
        }

        return text.ToString();
    }
}
