using System.Diagnostics;
using System.Globalization;
using System.Text;
using Mik.Wasm.Execution;

namespace Mik.AspNetCore.Execution;

/// <summary>A trap's stack as the guest's author knows it: the guest's own functions, innermost first.</summary>
internal static class TrapStack
{
    private const string GuestAssembly = "mik.guest";
    private const int MaxFrames = 32;

    /// <summary>One line per guest function; empty when the trap came from none.</summary>
    public static string Describe(Trap trap)
    {
        var text = new StringBuilder();
        var count = 0;
        foreach (var frame in new StackTrace(trap, fNeedFileInfo: false).GetFrames())
        {
            if (frame.GetMethod() is not { } method || method.Module.Assembly.GetName().Name != GuestAssembly)
            {
                continue;
            }

            if (++count <= MaxFrames)
            {
                text.Append(count == 1 ? "  at " : "\n  at ").Append(method.Name);
            }
        }

        if (count > MaxFrames)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n  and {count - MaxFrames} more");
        }

        return text.ToString();
    }
}
