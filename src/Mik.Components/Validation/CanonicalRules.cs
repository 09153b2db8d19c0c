using Mik.Components.Model;
using Mik.Wasm.Model;

namespace Mik.Components.Validation;

/// <summary>Checks <c>canon</c> definitions (CanonicalABI.md, "Canonical Definitions").</summary>
internal static class CanonicalRules
{
    private static readonly FunctionType I32ToNothing = new([WasmValueType.I32], []);
    private static readonly FunctionType I32ToI32 = new([WasmValueType.I32], [WasmValueType.I32]);

    /// <summary><c>canon lift</c>.</summary>
    public static CanonLift Lift(Scope scope, uint coreFunction, CanonicalOptions options, uint typeIndex, int offset)
    {
        var type = scope.FunctionTypeAt(typeIndex, offset);
        var coreType = scope.CoreFunctions.At(coreFunction, offset);
        CheckOptions(scope, options, offset);
        CheckAsync(scope, type, options, offset);
        var expected = options.IsAsync
            ? FlatTypes.FlattenAsyncLift(type, options.PointerType, options.Callback is not null)
            : FlatTypes.FlattenFunctionType(type, options.PointerType, FlatteningContext.Lift);
        RequireRealloc(options, type.Parameters.AsSpan().ContainsPointer() || FlatTypes.FlattenParameters(type, options.PointerType) is null, offset);
        // The result of an async function is flat where that of others may not be.
        var resultInMemory = options.IsAsync
            ? type.Result is not null && FlatTypes.Flatten(type.Result, options.PointerType) is null
            : FlatTypes.FlattenResult(type, options.PointerType) is null;
        RequireMemory(options, resultInMemory || ContainsPointer(type.Result), offset);
        // The flat type is a type alone that is final: one of a group, or one that may have sub types, is another.
        if (coreType != TypeRegistry.Of(expected))
        {
            var which = expected.Equals(coreType.Function) ? " that is not final or of a group" : "";
            Reject.Invalid($"lowered function type does not match core function: expected {expected}, found {coreType.Function}{which}", offset);
        }
        if (options.PostReturn is { } postReturn)
        {
            var postReturnType = scope.CoreFunctions.At((uint)postReturn, offset).Function!;
            if (postReturnType.Results.Length > 0 || !postReturnType.Parameters.AsSpan().SequenceEqual(expected.Results.AsSpan()))
            {
                Reject.Invalid(
                    $"canonical option `post-return` uses a core function with an incorrect signature: expected parameters as the results of "
                        + $"{expected}, found {postReturnType}", offset);
            }
        }
        return new((int)coreFunction, options, type, expected);
    }

    /// <summary><c>canon lower</c>.</summary>
    public static CanonLower Lower(Scope scope, uint function, CanonicalOptions options, int offset)
    {
        var type = scope.Functions.At(function, offset);
        CheckOptions(scope, options, offset);
        if (options.PostReturn is not null)
        {
            Reject.Invalid("canonical option `post-return` cannot be specified for lowerings", offset);
        }
        if (options.Callback is not null)
        {
            Reject.Invalid("canonical option `callback` cannot be specified for lowerings", offset);
        }
        if (options.IsAsync)
        {
            RequireAsyncType(type, offset);
            RequireMemory(
                options,
                type.Result is not null || FlatTypes.FlattenAsyncParameters(type, options.PointerType) is null || type.Parameters.AsSpan().ContainsPointer(),
                offset);
            RequireRealloc(options, ContainsPointer(type.Result), offset);
            return new((int)function, options, type, FlatTypes.FlattenAsyncLower(type, options.PointerType));
        }
        var parametersInMemory = FlatTypes.FlattenParameters(type, options.PointerType) is null;
        var resultInMemory = FlatTypes.FlattenResult(type, options.PointerType) is null;
        RequireMemory(options, parametersInMemory || resultInMemory || type.Parameters.AsSpan().ContainsPointer(), offset);
        RequireRealloc(options, ContainsPointer(type.Result), offset);
        return new((int)function, options, type, FlatTypes.FlattenFunctionType(type, options.PointerType, FlatteningContext.Lower));
    }

    /// <summary><c>canon resource.new</c>.</summary>
    public static CanonResourceNew ResourceNew(Scope scope, uint typeIndex, int offset) =>
        new(LocalResource(scope, typeIndex, offset), I32ToI32);

    /// <summary><c>canon resource.drop</c>.</summary>
    public static CanonResourceDrop ResourceDrop(Scope scope, uint typeIndex, int offset) =>
        new(scope.ResourceAt(typeIndex, offset).Variable, I32ToNothing);

    /// <summary><c>canon resource.rep</c>.</summary>
    public static CanonResourceRep ResourceRep(Scope scope, uint typeIndex, int offset) =>
        new(LocalResource(scope, typeIndex, offset), I32ToI32);

    /// <summary>The destructor of a resource type.</summary>
    public static void CheckDestructor(Scope scope, uint coreFunction, int offset)
    {
        var type = scope.CoreFunctions.At(coreFunction, offset).Function!;
        if (!type.Equals(I32ToNothing))
        {
            Reject.Invalid($"core function {coreFunction} used as destructor has an incorrect signature: expected {I32ToNothing}, found {type}", offset);
        }
    }

    private static void CheckAsync(Scope scope, ComponentFunctionType type, CanonicalOptions options, int offset)
    {
        if (options.Callback is { } callback)
        {
            if (!options.IsAsync)
            {
                Reject.Invalid("cannot specify callback without async", offset);
            }
            var callbackType = scope.CoreFunctions.At((uint)callback, offset).Function!;
            if (!callbackType.Equals(BuiltInRules.CallbackType))
            {
                Reject.Invalid(
                    $"canonical option `callback` uses a core function with an incorrect signature: expected {BuiltInRules.CallbackType}, found {callbackType}",
                    offset);
            }
        }
        if (!options.IsAsync)
        {
            return;
        }
        RequireAsyncType(type, offset);
        if (options.PostReturn is not null)
        {
            Reject.Invalid("cannot specify post-return function in async", offset);
        }
        if (options.Callback is null && !scope.Budget.Features.HasFlag(ComponentFeatures.AsyncStackful))
        {
            Reject.Unsupported("an async function lifted without `callback`", "component-model async stackful", offset);
        }
    }

    private static void RequireAsyncType(ComponentFunctionType type, int offset)
    {
        if (!type.IsAsync)
        {
            Reject.Invalid("the `async` canonical option requires an async function type", offset);
        }
    }

    private static ResourceVariable LocalResource(Scope scope, uint typeIndex, int offset)
    {
        var resource = scope.ResourceAt(typeIndex, offset).Variable;
        if (!scope.LocalResources.ContainsKey(resource))
        {
            Reject.Invalid($"type index {typeIndex} is not a local resource", offset);
        }
        return resource;
    }

    /// <summary>Checks the allocator.</summary>
    public static void CheckOptions(Scope scope, CanonicalOptions options, int offset)
    {
        if (options.Realloc is not { } realloc)
        {
            return;
        }
        RequireMemory(options, true, offset);
        var pointer = options.PointerType;
        var expected = new FunctionType([pointer, pointer, pointer, pointer], [pointer]);
        var type = scope.CoreFunctions.At((uint)realloc, offset).Function!;
        if (!type.Equals(expected))
        {
            Reject.Invalid($"canonical option `realloc` uses a core function with an incorrect signature: expected {expected}, found {type}", offset);
        }
    }

    private static void RequireMemory(CanonicalOptions options, bool isNeeded, int offset)
    {
        if (isNeeded && options.Memory is null)
        {
            Reject.Invalid("canonical option `memory` is required", offset);
        }
    }

    private static void RequireRealloc(CanonicalOptions options, bool isNeeded, int offset)
    {
        if (isNeeded && options.Realloc is null)
        {
            Reject.Invalid("canonical option `realloc` is required", offset);
        }
    }

    private static bool ContainsPointer(ComponentValueType? type) =>
        type is not null && (type.Facts.Contains & TypeContents.Pointer) != TypeContents.None;

    private static bool ContainsPointer(this ReadOnlySpan<RecordField> fields)
    {
        foreach (var field in fields)
        {
            if (ContainsPointer(field.Type))
            {
                return true;
            }
        }
        return false;
    }
}
