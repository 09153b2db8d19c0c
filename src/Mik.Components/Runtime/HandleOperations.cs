using Mik.Wasm.Execution;

namespace Mik.Components.Runtime;

/// <summary>Handles between guests and C# (CanonicalABI.md, <c>lift_own</c> … <c>lower_borrow</c>); called by emitted adapters.</summary>
internal static class HandleOperations
{
    /// <summary>Takes an owned resource away from the guest.</summary>
    /// <exception cref="Trap">The handle is unknown, of another type, lent, or borrowed itself.</exception>
    public static object LiftOwn(ref LiftLowerContext context, int index, int slot)
    {
        var type = context.ResourceAt(slot);
        var handle = context.Scope.Handles.Remove(index, type);
        return handle.IsOwn
            ? handle.Value(type)
            : throw new Trap(TrapKind.CanonicalAbi, "cannot lift own resource from a borrow");
    }

    /// <summary>Lends a resource to the callee until the call returns.</summary>
    /// <exception cref="Trap">The handle is unknown or of another type.</exception>
    public static object LiftBorrow(ref LiftLowerContext context, int index, int slot)
    {
        var type = context.ResourceAt(slot);
        ref var handle = ref context.Scope.Handles.Get(index, type);
        handle.Lends++;
        context.Scope.Lends.Add(index);
        return handle.Value(type);
    }

    /// <summary>Gives a resource to the guest.</summary>
    /// <exception cref="Trap">The guest's table is full.</exception>
    /// <exception cref="InvalidOperationException">The host gave a resource of another type.</exception>
    public static int LowerOwn(ref LiftLowerContext context, object value, int slot)
    {
        var type = context.ResourceAt(slot);
        var handle = HandleOf(type, value);
        handle.IsOwn = true;
        return context.Scope.Handles.Add(handle);
    }

    /// <summary>Lends a resource to the guest; its implementer gets the representation itself.</summary>
    /// <exception cref="Trap">The guest's table is full.</exception>
    /// <exception cref="InvalidOperationException">The host gave a resource of another type.</exception>
    public static int LowerBorrow(ref LiftLowerContext context, object value, int slot)
    {
        var type = context.ResourceAt(slot);
        var handle = HandleOf(type, value);
        if (type.Implementer == context.Scope)
        {
            return handle.Representation;
        }
        handle.BorrowScope = context.BorrowScope;
        handle.BorrowScope!.Borrows++;
        return context.Scope.Handles.Add(handle);
    }

    /// <summary>The resource as the class that the host function takes.</summary>
    /// <exception cref="Trap">The guest's type graph gave another resource than the name says.</exception>
    public static T Cast<T>(object resource)
        where T : class => resource as T
        ?? throw new Trap(TrapKind.CanonicalAbi, $"a resource of another type than {typeof(T).Name} was passed");

    /// <summary>Gives back what was lent to a finished call.</summary>
    public static void EndLends(ref LiftLowerContext context)
    {
        var lends = context.Scope.Lends;
        for (var i = lends.Count - 1; i >= context.FirstLend; i--)
        {
            context.Scope.Handles.Unlend(lends[i]);
            lends.RemoveAt(i);
        }
    }

    private static ResourceHandle HandleOf(RuntimeResource type, object value)
    {
        if (type.HostClass is { } hostClass)
        {
            return hostClass.IsInstanceOfType(value)
                ? new ResourceHandle { Type = type, HostObject = value }
                : throw new InvalidOperationException($"resource {type.Name} needs a {hostClass.Name}, not {value?.GetType().Name ?? "null"}");
        }
        return value is GuestResource guest && guest.Type == type
            ? new ResourceHandle { Type = type, Representation = guest.Representation }
            : throw new InvalidOperationException($"resource {type.Name} needs a resource that its guest made");
    }
}
