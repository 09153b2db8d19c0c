using Mik.Components.Model;

namespace Mik.Components.Runtime;

/// <summary>
/// Readable ends of streams and futures between guests, and between guests and C# (CanonicalABI.md, <c>lift_stream</c> …
/// <c>lower_future</c>); called by emitted adapters.
/// </summary>
internal static class EndTransfer
{
    /// <summary>Takes a readable end away from the guest.</summary>
    /// <exception cref="Mik.Wasm.Execution.Trap">The handle is unknown or of another type, or the end cannot be given away now.</exception>
    public static Transmission Lift(ref LiftLowerContext context, int index, int typeSlot)
    {
        var scope = context.Scope;
        var type = TypeAt(ref context, typeSlot);
        var kind = TransmissionEnd.KindOf(type is FutureType, isReadable: true);
        var end = scope.Handles.GetObject<TransmissionEnd>(index, kind);
        var element = end.Transmission.Element!;
        if (!element.Is(type.Element, scope) && !element.Matches(scope.ElementOf(type.Element)))
        {
            throw TaskTraps.Abi($"handle index {index} used with the wrong type of element");
        }
        end.CheckTransfer();
        scope.Handles.Remove(index, kind);
        end.Index = 0;
        return end.Transmission;
    }

    /// <summary>Gives a readable end to the guest.</summary>
    /// <exception cref="Mik.Wasm.Execution.Trap">The guest's table is full.</exception>
    public static int Lower(ref LiftLowerContext context, Transmission value, int typeSlot)
    {
        var scope = context.Scope;
        value.Element ??= scope.ElementOf(TypeAt(ref context, typeSlot).Element);
        var end = value.Readable ?? new TransmissionEnd(value, isReadable: true, scope);
        end.Owner = scope;
        end.Index = scope.Handles.AddObject(end, end.Kind);
        return end.Index;
    }

    private static AsyncValueType TypeAt(ref LiftLowerContext context, int slot) => context.Scope.Root.Adapters.TypeAt(slot);
}
