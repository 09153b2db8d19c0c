using System.Diagnostics;
using Mik.Wasm.Execution;

namespace Mik.Wasm.Debugging;

/// <summary>The guest's calls on the stack of a trap, with lines of its source where its module has debug information (DWARF).</summary>
/// <param name="Frames">The calls, innermost first.</param>
/// <param name="LeftOut">How many functions further out are not listed.</param>
public sealed record GuestTrace(IReadOnlyList<GuestFrame> Frames, int LeftOut)
{
    /// <summary>Reads the stack of a trap that was caught. Debug information is read when the first trap of a module asks for it.</summary>
    /// <param name="trap">The trap.</param>
    /// <param name="most">How many functions are listed; those that are inlined come on top.</param>
    public static GuestTrace Of(Trap trap, int most)
    {
        ArgumentNullException.ThrowIfNull(trap);
        var frames = new List<GuestFrame>();
        var functions = 0;
        foreach (var frame in new StackTrace(trap, fNeedFileInfo: false).GetFrames())
        {
            if (!GuestStack.IsGuest(frame, out var method))
            {
                continue;
            }
            if (++functions <= most)
            {
                // The trap itself knows where the innermost function stood: code that ends a guest is not at the place that led to it.
                var position = functions == 1 ? trap.Position : null;
                frames.AddRange(GuestModules.Of(method)?.FramesOf(method, frame.GetILOffset(), position) ?? [new GuestFrame(GuestStack.NameOf(method))]);
            }
        }
        return new GuestTrace(frames, Math.Max(0, functions - most));
    }
}
