namespace Mik.Wasm.Model;

/// <summary>Subtyping (core specification 3.3.3 to 3.3.6): which values may stand where others are asked for.</summary>
internal static class TypeMatching
{
    /// <summary>Whether every value of one type is one of the other.</summary>
    public static bool Matches(WasmValueType actual, WasmValueType expected)
    {
        if (actual == expected || actual.Kind == WasmTypeKind.Bottom)
        {
            return true;
        }
        return actual.IsReference && expected.IsReference && (actual.IsNonNull || !expected.IsNonNull) && HeapMatches(actual, expected);
    }

    /// <summary>Whether lists have the same length and match one by one.</summary>
    public static bool Matches(ReadOnlySpan<WasmValueType> actual, ReadOnlySpan<WasmValueType> expected)
    {
        if (actual.Length != expected.Length)
        {
            return false;
        }
        for (var i = 0; i < actual.Length; i++)
        {
            if (!Matches(actual[i], expected[i]))
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>Whether a function of one type may stand for one of the other, whatever supertypes are declared.</summary>
    public static bool Matches(FunctionType actual, FunctionType expected) =>
        Matches(expected.Parameters.AsSpan(), actual.Parameters.AsSpan()) && Matches(actual.Results.AsSpan(), expected.Results.AsSpan());

    /// <summary>Whether fields of one type may stand for those of the other.</summary>
    public static bool Matches(FieldType actual, FieldType expected) =>
        actual.Packing == expected.Packing && actual.IsMutable == expected.IsMutable
        && (actual.IsMutable ? actual.Value == expected.Value : Matches(actual.Value, expected.Value));

    /// <summary>Whether a type has what its declared supertype has (3.4.2).</summary>
    public static bool Extends(WasmTypeDefinition type, WasmTypeDefinition supertype)
    {
        if (type.Form != supertype.Form)
        {
            return false;
        }
        if (type.Form == TypeForm.Function)
        {
            return Matches(type.Function!, supertype.Function!);
        }
        if (type.Fields.Length < supertype.Fields.Length)
        {
            return false;
        }
        for (var i = 0; i < supertype.Fields.Length; i++)
        {
            if (!Matches(type.Fields[i], supertype.Fields[i]))
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>The type that all references of its kind belong to, with null.</summary>
    public static WasmValueType TopOf(WasmValueType type) => type.HeapType switch
    {
        HeapTypeKind.Func or HeapTypeKind.NoFunc or HeapTypeKind.DefinedFunction => WasmValueType.FuncRef,
        HeapTypeKind.Extern or HeapTypeKind.NoExtern => WasmValueType.ExternRef,
        HeapTypeKind.Exn or HeapTypeKind.NoExn => WasmValueType.ExnRef,
        _ => WasmValueType.AnyRef,
    };

    private static bool HeapMatches(WasmValueType actual, WasmValueType expected)
    {
        var (from, to) = (actual.HeapType, expected.HeapType);
        if (from == HeapTypeKind.Bottom || (from == to && actual.TypeNumber == expected.TypeNumber))
        {
            return true;
        }
        return to switch
        {
            HeapTypeKind.Any => from is HeapTypeKind.Eq || IsEq(from),
            HeapTypeKind.Eq => IsEq(from),
            HeapTypeKind.I31 => from is HeapTypeKind.NoAny,
            HeapTypeKind.Struct => from is HeapTypeKind.DefinedStruct or HeapTypeKind.NoAny,
            HeapTypeKind.Array => from is HeapTypeKind.DefinedArray or HeapTypeKind.NoAny,
            HeapTypeKind.Func => from is HeapTypeKind.DefinedFunction or HeapTypeKind.NoFunc,
            HeapTypeKind.Extern => from is HeapTypeKind.NoExtern,
            HeapTypeKind.Exn => from is HeapTypeKind.NoExn,
            HeapTypeKind.DefinedFunction => from is HeapTypeKind.NoFunc || IsDeclared(actual, expected),
            HeapTypeKind.DefinedStruct or HeapTypeKind.DefinedArray => from is HeapTypeKind.NoAny || IsDeclared(actual, expected),
            _ => false,
        };
    }

    private static bool IsEq(HeapTypeKind kind) => kind is HeapTypeKind.I31 or HeapTypeKind.Struct or HeapTypeKind.Array
        or HeapTypeKind.DefinedStruct or HeapTypeKind.DefinedArray or HeapTypeKind.NoAny;

    private static bool IsDeclared(WasmValueType actual, WasmValueType expected) =>
        actual.HeapType == expected.HeapType && TypeRegistry.IsSubtype(actual.TypeNumber, expected.TypeNumber);
}
