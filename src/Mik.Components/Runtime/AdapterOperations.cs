using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Mik.Components.Model;
using Mik.Wasm.Execution;

namespace Mik.Components.Runtime;

/// <summary>
/// What emitted adapters call besides <see cref="LiftLowerContext"/>, <see cref="StringOperations"/>, <see cref="ListOperations"/> and
/// <see cref="HandleOperations"/>.
/// </summary>
internal static unsafe class AdapterOperations
{
    /// <summary>Begins a guest's call to an imported function (CanonicalABI.md, "canon lower").</summary>
    /// <exception cref="Trap">The guest may not call out now: it is in <c>realloc</c> or <c>post-return</c>.</exception>
    public static void EnterLower(nint record, int memory, int realloc, StringEncoding encoding, bool is64, out LiftLowerContext context)
    {
        EnterSameForAllLower(record, memory, realloc, encoding, is64, out context);
        context.Scope.Root.HasCalledOut = true;
    }

    /// <summary>The same for a function with <see cref="HostBinding.SameForAllAttribute"/>: the call leaves no trace of when it was made.</summary>
    /// <exception cref="Trap">The guest may not call out now.</exception>
    public static void EnterSameForAllLower(nint record, int memory, int realloc, StringEncoding encoding, bool is64, out LiftLowerContext context)
    {
        var scope = ScopeOf(record);
        CheckMayLeave(scope);
        context = default;
        context.Initialize(scope, memory, realloc, encoding, is64);
    }

    /// <summary>From here on the host works for the guest.</summary>
    public static void BeginHostCall(ref LiftLowerContext context) => context.Scope.Root.HostCallStartedAt = Stopwatch.GetTimestamp();

    /// <summary>The host has done what the guest asked for. Calls that an exception ends are not counted.</summary>
    public static void EndHostCall(ref LiftLowerContext context)
    {
        var root = context.Scope.Root;
        root.HostTime += Stopwatch.GetElapsedTime(root.HostCallStartedAt);
    }

    /// <summary>Calls a component function that is not a typed method of the host.</summary>
    public static object? CallLinked(ref LiftLowerContext context, int functionIndex, object?[] arguments) =>
        context.Scope.Functions[functionIndex].Invoke(context.Scope, arguments);

    /// <summary>What the host gave the instance for its functions.</summary>
    /// <exception cref="InvalidOperationException">It is of another class than the function takes.</exception>
    public static T HostContext<T>(ref LiftLowerContext context)
        where T : class => context.Scope.Root.HostContext as T
        ?? throw new InvalidOperationException($"the instance was made without a {typeof(T).Name} as its host context");

    /// <summary><c>canon resource.new</c>.</summary>
    /// <exception cref="Trap">The guest may not leave now, or its table is full.</exception>
    public static int ResourceNew(nint record, int slot, int representation)
    {
        var scope = ScopeOf(record);
        CheckMayLeave(scope);
        return scope.Handles.Add(new ResourceHandle { Type = scope.ResourceAt(slot), Representation = representation, IsOwn = true });
    }

    /// <summary><c>canon resource.rep</c>.</summary>
    /// <exception cref="Trap">The handle is unknown or of another type.</exception>
    public static int ResourceRep(nint record, int slot, int index)
    {
        var scope = ScopeOf(record);
        return scope.Handles.Get(index, scope.ResourceAt(slot)).Representation;
    }

    /// <summary><c>canon resource.drop</c>: destroys what the handle owns.</summary>
    /// <exception cref="Trap">The handle is unknown, of another type or lent; or the destructor trapped.</exception>
    public static void ResourceDrop(nint record, int slot, int index)
    {
        var scope = ScopeOf(record);
        CheckMayLeave(scope);
        var type = scope.ResourceAt(slot);
        var handle = scope.Handles.Remove(index, type);
        if (!handle.IsOwn)
        {
            handle.BorrowScope!.Borrows--;
        }
        else if (type.Implementer is { } implementer)
        {
            Destroy(scope, implementer, type, handle.Representation);
        }
        else
        {
            (handle.HostObject as IDisposable)?.Dispose();
        }
    }

    /// <summary>A Unicode scalar value.</summary>
    /// <exception cref="Trap">The number is none.</exception>
    public static Rune ConvertToChar(int value) => Rune.TryCreate(value, out var rune)
        ? rune
        : throw new Trap(TrapKind.CanonicalAbi, $"0x{value:x} is not a Unicode scalar value");

    /// <summary>One bit pattern for every NaN, so that guests cannot pass messages in it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float CanonicalizeNan32(float value) => float.IsNaN(value) ? BitConverter.UInt32BitsToSingle(0x7FC0_0000) : value;

    /// <summary>One bit pattern for every NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double CanonicalizeNan64(double value) => double.IsNaN(value) ? BitConverter.UInt64BitsToDouble(0x7FF8_0000_0000_0000) : value;

    /// <summary>A discriminant is out of range.</summary>
    /// <exception cref="Trap">Always.</exception>
    [DoesNotReturn, StackTraceHidden]
    public static void ThrowInvalidCase() => throw new Trap(TrapKind.CanonicalAbi, "invalid variant discriminant");

    private static void Destroy(InstanceScope caller, InstanceScope implementer, RuntimeResource type, int representation)
    {
        implementer.Enter(caller);
        if (type.Destructor is not null)
        {
            var root = implementer.Root;
            var (task, slots) = (root.CurrentTask, root.ContextSlots);
            (root.CurrentTask, root.ContextSlots) = (null, 0);
            ((delegate* managed<nint, int, void>)type.Destructor->Code)(type.Destructor->Context, representation);
            implementer.Root.Store.TrapPending();
            (root.CurrentTask, root.ContextSlots) = (task, slots);
        }
        implementer.Leave();
    }

    /// <summary>Traps while the guest may not call out.</summary>
    public static void CheckMayLeave(InstanceScope scope)
    {
        if (!scope.MayLeave)
        {
            throw new Trap(TrapKind.CanonicalAbi, "cannot leave component instance");
        }
    }

    /// <summary>The instance that a context block of adapters is of.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static InstanceScope ScopeOf(nint record) =>
        Unsafe.As<InstanceScope>(GCHandle.FromIntPtr(((ScopeRecord*)record)->Scope).Target)!;
}

/// <summary>The context block of adapters; begins like that of a module instance, because emitted code looks for the state there.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct ScopeRecord
{
    /// <summary>The store's state.</summary>
    public ExecutionState* State;
    /// <summary>Weak GC handle of the <see cref="InstanceScope"/>.</summary>
    public nint Scope;
}
