using Mik.Components.Model;

namespace Mik.Components.Runtime;

/// <summary>Where a result is put when it comes: a place in the caller's memory, and the emitted code that writes there.</summary>
internal readonly unsafe struct ResultPlace(LiftLowerContext template, uint pointer, Extent extent, nint storer)
{
    /// <summary>What writing needs.</summary>
    public void CreateContext(out LiftLowerContext context)
    {
        context = template.Anew();
    }

    /// <summary>Writes the result.</summary>
    /// <exception cref="Mik.Wasm.Execution.Trap">The place is not in memory, or the guest's allocator failed.</exception>
    public void Store(ref LiftLowerContext context, object? value)
    {
        var address = context.Region(pointer, (ulong)extent.Size, (uint)extent.Alignment);
        ((delegate* managed<ref LiftLowerContext, object?, nint, void>)storer)(ref context, value, address);
    }
}

/// <summary>A value that nobody takes any more.</summary>
internal static class LateValue
{
    /// <summary>The resource in it, or null.</summary>
    public static object? Of(object? value) => value is IResultValue result ? result.Held : value;
}
