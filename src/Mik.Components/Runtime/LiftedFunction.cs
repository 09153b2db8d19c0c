using Mik.Components.Model;
using Mik.Wasm.Execution;
using Mik.Wasm.Model;

namespace Mik.Components.Runtime;

/// <summary>A guest's function after <c>canon lift</c>.</summary>
internal sealed unsafe class LiftedFunction : LinkedFunction
{
    private readonly FunctionReference* _core;
    private readonly FunctionReference* _postReturn;
    private readonly FunctionReference* _callback;
    private readonly bool _lendsHandles;
    private ElementType? _result;

    public LiftedFunction(InstanceScope scope, CanonLift definition)
        : base("guest function")
    {
        Scope = scope;
        Definition = definition;
        _core = (FunctionReference*)scope.CoreFunctionReferences[definition.CoreFunction];
        foreach (var parameter in definition.Type.Parameters.AsSpan())
        {
            _lendsHandles |= (parameter.Type.Facts.Contains & TypeContents.Borrow) != TypeContents.None;
        }
        if (definition.Options.Callback is { } callback)
        {
            _callback = (FunctionReference*)scope.CoreFunctionReferences[callback];
        }
        if (definition.Options.PostReturn is { } postReturn)
        {
            _postReturn = (FunctionReference*)scope.CoreFunctionReferences[postReturn];
        }
    }

    public InstanceScope Scope { get; }

    public CanonLift Definition { get; }

    public override ComponentFunctionType Type => Definition.Type;

    /// <summary>What it gives.</summary>
    public ElementType Result => _result ??= Scope.ElementOf(Definition.Type.Result);

    internal nint CoreCode => _core->Code;

    internal nint CoreContext => _core->Context;

    internal nint PostReturnCode => _postReturn->Code;

    internal nint PostReturnContext => _postReturn->Context;

    public override object? Invoke(InstanceScope? caller, object?[] arguments)
    {
        if (Type.IsAsync)
        {
            return WaitingCall.Run(this, caller, arguments);
        }
        var code = (delegate* managed<LiftedFunction, InstanceScope?, object?[], object?>)Scope.Root.Adapters.DynamicLift(Definition);
        if (caller?.Root == Scope.Root)
        {
            return code(this, caller, arguments);
        }
        using var entry = Scope.Root.Store.Enter();
        return code(this, null, arguments);
    }

    /// <summary>Begins a call; adapters do this first.</summary>
    /// <exception cref="Trap">The instance may not be entered.</exception>
    public void Enter(InstanceScope? caller, out LiftLowerContext context)
    {
        Scope.Enter(caller);
        if (Scope.Root.UsesTasks)
        {
            EnterSync(out context);
            return;
        }
        var options = Definition.Options;
        context = default;
        context.Initialize(Scope, options.Memory ?? -1, options.Realloc ?? -1, options.StringEncoding, options.PointerType == WasmValueType.I64);
        if (_lendsHandles)
        {
            context.BorrowScope = new BorrowScope();
        }
    }

    /// <summary>The core function has returned, or thrown what nothing in its component caught.</summary>
    /// <exception cref="Trap">It has thrown.</exception>
    public void CheckException() => Scope.Root.Store.TrapPending();

    private void EnterSync(out LiftLowerContext context)
    {
        var options = Definition.Options;
        context = default;
        context.Initialize(Scope, options.Memory ?? -1, options.Realloc ?? -1, options.StringEncoding, options.PointerType == WasmValueType.I64);
        context.SaveTask();
        if (_lendsHandles)
        {
            context.BorrowScope = new BorrowScope();
        }
    }

    /// <summary>The guest has returned: what was lent to it must be back. From here to the end it may not call out.</summary>
    /// <exception cref="Trap">A borrowed handle was not dropped.</exception>
    public void Return(ref LiftLowerContext context)
    {
        if (context.BorrowScope is { Borrows: > 0 })
        {
            throw new Trap(TrapKind.CanonicalAbi, "borrow handles still remain at the end of the call");
        }
        Scope.MayLeave = false;
    }

    /// <summary>Ends a call.</summary>
    public void Leave(ref LiftLowerContext context)
    {
        Scope.MayLeave = true;
        if (Scope.Root.UsesTasks)
        {
            context.RestoreTask();
        }
        Scope.Leave();
    }

    /// <summary>Begins the core call of a task; adapters do this first.</summary>
    public void EnterTask(GuestTask task, out LiftLowerContext context)
    {
        var options = Definition.Options;
        context = default;
        context.Initialize(Scope, options.Memory ?? -1, options.Realloc ?? -1, options.StringEncoding, options.PointerType == WasmValueType.I64);
        context.BorrowScope = task.Borrows;
    }

    /// <summary>A function that was lifted without <c>async</c> has returned: its result is that of the task.</summary>
    /// <exception cref="Trap">A borrowed handle was not dropped.</exception>
    public void ReturnTask(GuestTask task, object? result)
    {
        task.CheckResolving();
        Scope.MayLeave = false;
        task.Return(result);
    }

    /// <summary>The call of such a function ends.</summary>
    public void LeaveTask() => Scope.MayLeave = true;

    /// <summary>Tells a task of an event; what the guest says to do next.</summary>
    public int CallBack(WaitableEvent told)
    {
        var next = ((delegate* managed<nint, int, int, int, int>)_callback->Code)(_callback->Context, (int)told.Code, told.Index, told.Payload);
        CheckException();
        return next;
    }
}
