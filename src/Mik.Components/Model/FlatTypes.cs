using Mik.Wasm.Model;

namespace Mik.Components.Model;

/// <summary>Which side of the canonical ABI a core signature is for.</summary>
internal enum FlatteningContext
{
    /// <summary>The core function that <c>canon lift</c> wraps: a large result is returned as a pointer.</summary>
    Lift,
    /// <summary>The core function that <c>canon lower</c> makes: a large result is stored where a last parameter points.</summary>
    Lower,
}

/// <summary>Component types as core value types (CanonicalABI.md, "Flattening").</summary>
internal static class FlatTypes
{
    /// <summary>More flat parameters than this are passed in memory.</summary>
    public const int MaximumParameters = 16;

    /// <summary>More flat parameters than this of an async lower are passed in memory.</summary>
    public const int MaximumAsyncParameters = 4;

    /// <summary>More flat results than this are returned in memory.</summary>
    public const int MaximumResults = 1;

    /// <summary>The core signature of a component function (<c>flatten_functype</c>).</summary>
    /// <param name="type">The component function's type.</param>
    /// <param name="pointerType">The type of addresses, <c>i32</c> or <c>i64</c>.</param>
    /// <param name="context">The side.</param>
    public static FunctionType FlattenFunctionType(ComponentFunctionType type, WasmValueType pointerType, FlatteningContext context)
    {
        List<WasmValueType> parameters = [.. FlattenParameters(type, pointerType) ?? [pointerType]];
        List<WasmValueType> results = [];
        if (FlattenResult(type, pointerType) is { } flat)
        {
            results.AddRange(flat);
        }
        else
        {
            (context == FlatteningContext.Lift ? results : parameters).Add(pointerType);
        }
        return new(parameters, results);
    }

    /// <summary>The core signature of an async lift: the result goes to <c>task.return</c>.</summary>
    public static FunctionType FlattenAsyncLift(ComponentFunctionType type, WasmValueType pointerType, bool hasCallback) =>
        new(FlattenParameters(type, pointerType) ?? [pointerType], hasCallback ? [WasmValueType.I32] : []);

    /// <summary>The core signature of an async lower: few flat parameters, and any result where a last parameter points.</summary>
    public static FunctionType FlattenAsyncLower(ComponentFunctionType type, WasmValueType pointerType)
    {
        List<WasmValueType> parameters = [.. FlattenAsyncParameters(type, pointerType) ?? [pointerType]];
        if (type.Result is not null)
        {
            parameters.Add(pointerType);
        }
        return new(parameters, [WasmValueType.I32]);
    }

    /// <summary>The flat parameters of an async lower, or null when there are so many that they are passed in memory.</summary>
    public static WasmValueType[]? FlattenAsyncParameters(ComponentFunctionType type, WasmValueType pointerType) =>
        FlattenParameters(type, pointerType) is { Length: <= MaximumAsyncParameters } flat ? flat : null;

    /// <summary>The flat parameters, or null when there are so many that they are passed in memory.</summary>
    public static WasmValueType[]? FlattenParameters(ComponentFunctionType type, WasmValueType pointerType)
    {
        var flat = new List<WasmValueType>();
        foreach (var parameter in type.Parameters.AsSpan())
        {
            if (!TryAppend(parameter.Type, pointerType, flat))
            {
                return null;
            }
        }
        return [.. flat];
    }

    /// <summary>The flat result, empty without one; null when it is returned in memory.</summary>
    public static WasmValueType[]? FlattenResult(ComponentFunctionType type, WasmValueType pointerType)
    {
        if (type.Result is null)
        {
            return [];
        }
        var flat = type.Result.Facts.Flat(type.Result, pointerType);
        return flat.Length is > 0 and <= MaximumResults ? flat : null;
    }

    /// <summary>The flat form of a type (<c>flatten_type</c>), or null when it is longer than <see cref="MaximumParameters"/>.</summary>
    public static WasmValueType[]? Flatten(ComponentValueType type, WasmValueType pointerType) =>
        type.Facts.Flat(type, pointerType) is { Length: > 0 } flat ? flat : null;

    /// <summary>The type that holds either of two flat types (<c>join</c>).</summary>
    public static WasmValueType Join(WasmValueType left, WasmValueType right)
    {
        if (left == right)
        {
            return left;
        }
        return left.Kind is WasmTypeKind.I32 or WasmTypeKind.F32 && right.Kind is WasmTypeKind.I32 or WasmTypeKind.F32
            ? WasmValueType.I32
            : WasmValueType.I64;
    }

    /// <summary>Computes the flat form from those of the parts; empty when it is too long. Called once per type.</summary>
    internal static WasmValueType[] FlattenOnce(ComponentValueType type, WasmValueType pointerType)
    {
        var flat = new List<WasmValueType>();
        var fits = type switch
        {
            RecordType or TupleType => TryAppendFields(type, pointerType, flat),
            ListType { FixedLength: { } length } list => TryAppendElements(list.Element, length, pointerType, flat),
            VariantType or OptionType or ResultType => TryAppendCases(type, pointerType, flat),
            _ => TryAppendLeaf(type.Kind, pointerType, flat),
        };
        return fits && flat.Count <= MaximumParameters ? [.. flat] : [];
    }

    private static bool TryAppend(ComponentValueType type, WasmValueType pointerType, List<WasmValueType> flat)
    {
        var part = type.Facts.Flat(type, pointerType);
        flat.AddRange(part);
        return part.Length > 0 && flat.Count <= MaximumParameters;
    }

    private static bool TryAppendFields(ComponentValueType type, WasmValueType pointerType, List<WasmValueType> flat)
    {
        var count = Despecialization.FieldCount(type);
        for (var i = 0; i < count; i++)
        {
            if (!TryAppend(Despecialization.FieldType(type, i), pointerType, flat))
            {
                return false;
            }
        }
        return true;
    }

    private static bool TryAppendElements(ComponentValueType element, uint length, WasmValueType pointerType, List<WasmValueType> flat)
    {
        for (var i = 0u; i < length; i++)
        {
            if (!TryAppend(element, pointerType, flat))
            {
                return false;
            }
        }
        return true;
    }

    private static bool TryAppendCases(ComponentValueType type, WasmValueType pointerType, List<WasmValueType> flat)
    {
        flat.Add(WasmValueType.I32);
        var count = Despecialization.CaseCount(type);
        for (var i = 0; i < count; i++)
        {
            if (Despecialization.CasePayload(type, i) is not { } payload)
            {
                continue;
            }
            var part = payload.Facts.Flat(payload, pointerType);
            if (part.Length == 0)
            {
                return false;
            }
            for (var j = 0; j < part.Length; j++)
            {
                if (j + 1 < flat.Count)
                {
                    flat[j + 1] = Join(flat[j + 1], part[j]);
                }
                else
                {
                    flat.Add(part[j]);
                }
            }
        }
        return true;
    }

    private static bool TryAppendLeaf(ComponentTypeKind kind, WasmValueType pointerType, List<WasmValueType> flat)
    {
        switch (kind)
        {
            case ComponentTypeKind.String or ComponentTypeKind.List:
                flat.Add(pointerType);
                flat.Add(pointerType);
                break;
            case ComponentTypeKind.S64 or ComponentTypeKind.U64:
                flat.Add(WasmValueType.I64);
                break;
            case ComponentTypeKind.F32:
                flat.Add(WasmValueType.F32);
                break;
            case ComponentTypeKind.F64:
                flat.Add(WasmValueType.F64);
                break;
            default:
                flat.Add(WasmValueType.I32);
                break;
        }
        return true;
    }
}
