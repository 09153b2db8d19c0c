using Mik.Components.Model;
using Mik.Wasm.Model;

namespace Mik.Components.Validation;

/// <summary>Checks the <c>canon</c> definitions of async built-ins, and gives their core types.</summary>
internal static class BuiltInRules
{
    private static readonly FunctionType Nothing = Type([], []);
    private static readonly FunctionType NothingToI32 = Type([WasmValueType.I32], []);
    private static readonly FunctionType NothingToI64 = Type([WasmValueType.I64], []);
    private static readonly FunctionType I32ToNothing = Type([], [WasmValueType.I32]);
    private static readonly FunctionType I32ToI32 = Type([WasmValueType.I32], [WasmValueType.I32]);
    private static readonly FunctionType TwoToNothing = Type([], [WasmValueType.I32, WasmValueType.I32]);
    private static readonly FunctionType TwoToI32 = Type([WasmValueType.I32], [WasmValueType.I32, WasmValueType.I32]);
    private static readonly FunctionType ThreeToI32 = Type([WasmValueType.I32], [WasmValueType.I32, WasmValueType.I32, WasmValueType.I32]);

    /// <summary>The core type of a callback: (event, index, payload) to what to do next.</summary>
    public static FunctionType CallbackType => ThreeToI32;

    /// <summary>A built-in without choices.</summary>
    public static CanonBuiltIn Plain(Scope scope, BuiltIn builtIn, AsyncValueType? type = null) =>
        Make(scope, builtIn, CoreTypeOf(builtIn)) with { Type = type };

    /// <summary>A built-in that cancels.</summary>
    public static CanonBuiltIn WithChoice(Scope scope, BuiltIn builtIn, AsyncValueType? type, bool isAsync, int offset)
    {
        if (isAsync)
        {
            RequireMoreBuiltIns(scope, $"the async form of {NameOf(builtIn)}", offset);
        }
        return Make(scope, builtIn, I32ToI32) with { Type = type, IsAsync = isAsync };
    }

    /// <summary><c>task.return</c>.</summary>
    public static CanonBuiltIn TaskReturn(Scope scope, ComponentValueType? result, CanonicalOptions options, int offset)
    {
        Refuse(options.Realloc is not null, "realloc", offset);
        Refuse(options.PostReturn is not null, "post-return", offset);
        Refuse(options.Callback is not null, "callback", offset);
        Refuse(options.IsAsync, "async", offset);
        if (result is not null && (result.Facts.Contains & TypeContents.Borrow) != TypeContents.None)
        {
            Reject.Invalid("`task.return` result cannot contain a `borrow` type", offset);
        }
        var flat = result is null ? [] : FlatTypes.Flatten(result, options.PointerType);
        if (options.Memory is null && (flat is null || (result is not null && (result.Facts.Contains & TypeContents.Pointer) != TypeContents.None)))
        {
            Reject.Invalid("canonical option `memory` is required", offset);
        }
        return Make(scope, BuiltIn.TaskReturn, new FunctionType(flat ?? [options.PointerType], [])) with { Result = result, Options = options };
    }

    /// <summary><c>context.get</c> and <c>context.set</c>.</summary>
    public static CanonBuiltIn Context(Scope scope, BuiltIn builtIn, uint slot, int offset)
    {
        if (slot > 1)
        {
            Reject.Invalid($"immediate must be less than 2: context slot {slot}", offset);
        }
        return Make(scope, builtIn, builtIn == BuiltIn.ContextGet ? NothingToI32 : I32ToNothing) with { ContextSlot = (int)slot };
    }

    /// <summary>Reads and writes of streams and futures.</summary>
    public static CanonBuiltIn Copy(Scope scope, BuiltIn builtIn, AsyncValueType type, CanonicalOptions options, int offset)
    {
        Refuse(options.PostReturn is not null, "post-return", offset);
        Refuse(options.Callback is not null, "callback", offset);
        if (!options.IsAsync)
        {
            RequireMoreBuiltIns(scope, $"{NameOf(builtIn)} without the option `async`", offset);
        }
        if (type.Element is { } element)
        {
            if (options.Memory is null)
            {
                Reject.Invalid("canonical option `memory` is required", offset);
            }
            if (builtIn is BuiltIn.StreamRead or BuiltIn.FutureRead && options.Realloc is null
                && (element.Facts.Contains & TypeContents.Pointer) != TypeContents.None)
            {
                Reject.Invalid("canonical option `realloc` is required", offset);
            }
        }
        CanonicalRules.CheckOptions(scope, options, offset);
        return Make(scope, builtIn, builtIn is BuiltIn.StreamRead or BuiltIn.StreamWrite ? ThreeToI32 : TwoToI32) with
        {
            Type = type,
            Options = options,
            IsAsync = options.IsAsync,
        };
    }

    /// <summary><c>waitable-set.wait</c> and <c>waitable-set.poll</c>.</summary>
    public static CanonBuiltIn WaitOrPoll(Scope scope, BuiltIn builtIn, uint memory, int offset)
    {
        if (scope.CoreMemories.At(memory, offset).Limits.Is64)
        {
            Reject.Unsupported("a 64-bit memory of a built-in", "component-model memory64", offset);
        }
        return Make(scope, builtIn, TwoToI32) with { Options = new CanonicalOptions(StringEncoding.Utf8, (int)memory, null, null) };
    }

    /// <summary>The type of a stream or future at an index.</summary>
    public static AsyncValueType EndTypeAt(Scope scope, uint index, bool isStream, int offset)
    {
        if (scope.Types.At(index, offset) is AsyncValueType type && type is StreamType == isStream)
        {
            return type;
        }
        Reject.Invalid($"type index {index} is not a {(isStream ? "stream" : "future")} type", offset);
        return null!;
    }

    private static FunctionType CoreTypeOf(BuiltIn builtIn) => builtIn switch
    {
        BuiltIn.TaskCancel or BuiltIn.BackpressureInc or BuiltIn.BackpressureDec => Nothing,
        BuiltIn.ThreadYield or BuiltIn.WaitableSetNew => NothingToI32,
        BuiltIn.StreamNew or BuiltIn.FutureNew => NothingToI64,
        BuiltIn.WaitableJoin => TwoToNothing,
        _ => I32ToNothing,
    };

    private static CanonBuiltIn Make(Scope scope, BuiltIn builtIn, FunctionType type) => new(builtIn, type, scope.BuiltInCount++);

    private static void Refuse(bool isGiven, string option, int offset)
    {
        if (isGiven)
        {
            Reject.Invalid($"canonical option `{option}` cannot be specified for this built-in", offset);
        }
    }

    private static void RequireMoreBuiltIns(Scope scope, string what, int offset)
    {
        if (!scope.Budget.Features.HasFlag(ComponentFeatures.MoreAsyncBuiltIns))
        {
            Reject.Unsupported(what, "component-model more async built-ins", offset);
        }
    }

    private static string NameOf(BuiltIn builtIn) => builtIn switch
    {
        BuiltIn.SubtaskCancel => "subtask.cancel",
        BuiltIn.StreamRead => "stream.read",
        BuiltIn.StreamWrite => "stream.write",
        BuiltIn.FutureRead => "future.read",
        BuiltIn.FutureWrite => "future.write",
        BuiltIn.StreamCancelRead => "stream.cancel-read",
        BuiltIn.StreamCancelWrite => "stream.cancel-write",
        BuiltIn.FutureCancelRead => "future.cancel-read",
        _ => "future.cancel-write",
    };

    private static FunctionType Type(WasmValueType[] results, WasmValueType[] parameters) => new(parameters, results);
}
