using Mik.Components.Decoding;
using Mik.Components.Linking;
using Mik.Components.Model;
using Mik.Testing;
using Mik.Wasm.Execution;

namespace Mik.Components.Tests.CanonicalAbi;

/// <summary>Two components that call each other without end (<c>guests/hostile/components.mjs</c>).</summary>
public sealed class HostileCircleTests
{
    private int _calls;

    [Fact]
    public void Call_WithoutEnd_ExhaustsTheStack() => Assert.Equal(TrapKind.CallStackExhausted, Run("plain", int.MaxValue).Kind);

    [Fact]
    public void Call_WithoutEndAndEachWaits_IsBounded()
    {
        var trap = Run("holding", int.MaxValue);
        Assert.Equal(TrapKind.LimitExceeded, trap.Kind);
        Assert.InRange(_calls, 1000, 100_000);
    }

    [Fact]
    public void Call_WithoutEndAndNoneIsHeld_EndsWhenItIsStopped()
    {
        // Nothing is left over by a call, so that only time bounds them.
        Assert.Equal(TrapKind.Interrupted, Run("watching", 200_000).Kind);
        Assert.InRange(_calls, 200_000, 200_100);
    }

    private Trap Run(string name, int enough)
    {
        ComponentInstance? running = null;
        var linker = new Linker().Define("again", (ReadOnlySpan<object?> _) =>
        {
            if (++_calls == enough)
            {
                running!.Interrupt("enough");
            }

            return null;
        });
        var compiled = CompiledComponent.Compile(Component.Load(Guests.Read("hostile/circle")), linker);
        using var instance = running = compiled.Instantiate();
        return Assert.Throws<Trap>(() => instance.GetFunction(name)!.Call());
    }
}
