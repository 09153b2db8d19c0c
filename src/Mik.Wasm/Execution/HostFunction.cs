using System.Runtime.InteropServices;
using Mik.Wasm.Model;

namespace Mik.Wasm.Execution;

/// <summary>What a function of the host does.</summary>
/// <param name="arguments">One value per parameter.</param>
/// <param name="results">Receives one value per result; zeros at the start.</param>
public delegate void HostCallback(ReadOnlySpan<WasmValue> arguments, Span<WasmValue> results);

/// <summary>Makes functions that guests can import from C# delegates.</summary>
public sealed unsafe class HostFunction
{
    private readonly HostCallback _callback;
    private readonly FunctionType _type;
    private readonly int _parameterCount;
    private readonly int _resultCount;

    private HostFunction(FunctionType type, HostCallback callback)
    {
        _callback = callback;
        _type = type;
        _parameterCount = type.Parameters.Length;
        _resultCount = type.Results.Length;
    }

    /// <summary>Makes a function of the host.</summary>
    /// <param name="store">The store whose guests may call it.</param>
    /// <param name="type">Its type.</param>
    /// <param name="callback">What it does. An exception that it throws ends the guest and reaches whoever called the guest.</param>
    public static FunctionInstance Create(Store store, FunctionType type, HostCallback callback)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(type);
        ArgumentNullException.ThrowIfNull(callback);
        store.ThrowIfDisposed();
        var context = (HostContext*)store.Arena.Allocate(sizeof(HostContext));
        context->State = (nint)store.State;
        context->Store = store.Handle;
        context->Index = store.AddHostFunction(new HostFunction(type, callback));
        var definition = TypeRegistry.Of(type);
        return store.CreateFunction(FunctionThunks.Of(definition).Host, (nint)context, definition.Number);
    }

    /// <summary>Where the emitted thunk of a function type arrives.</summary>
    internal static void Dispatch(nint context, WasmValue* arguments, WasmValue* results)
    {
        var record = (HostContext*)context;
        var store = (Store)GCHandle.FromIntPtr(record->Store).Target!;
        var function = store.HostFunctionAt(record->Index);
        try
        {
            function._callback(
                new ReadOnlySpan<WasmValue>(arguments, function._parameterCount),
                new Span<WasmValue>(results, function._resultCount));
        }
        catch (GuestException exception) when (store.Exceptions.Aware && exception.Tag.Store == store)
        {
            store.SetPending(exception.Package ?? ExceptionPackage.Make(exception.Tag, exception.Values), exception.Thrower ?? "the host");
            return;
        }
        if (function._type.HasNarrowReferences)
        {
            store.CheckReferences(new ReadOnlySpan<WasmValue>(results, function._resultCount), function._type.Results.AsSpan());
        }
    }

    /// <summary>The context of a host function; begins like that of an instance.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct HostContext
    {
        public nint State;
        public nint Store;
        public int Index;
    }
}
