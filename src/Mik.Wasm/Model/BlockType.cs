using System.Collections.Immutable;

namespace Mik.Wasm.Model;

/// <summary>The type of a block (core specification 2.4.9): nothing, one result, or a function type of the module.</summary>
internal readonly struct BlockType
{
    /// <summary>The byte that encodes a block without parameters and results.</summary>
    public const byte EmptyEncoding = 0x40;

    private static readonly FunctionType NoValues = new([], []);
    private static readonly Dictionary<WasmValueType, FunctionType> OneResult = new WasmValueType[]
    {
        WasmValueType.I32, WasmValueType.I64, WasmValueType.F32, WasmValueType.F64, WasmValueType.V128,
        WasmValueType.FuncRef, WasmValueType.ExternRef,
    }.ToDictionary(type => type, type => new FunctionType([], [type]));

    private readonly int _indexPlusOne;
    private readonly WasmValueType _result;

    private BlockType(int indexPlusOne, WasmValueType result)
    {
        _indexPlusOne = indexPlusOne;
        _result = result;
    }

    /// <summary>No parameters, no results.</summary>
    public static BlockType Empty => default;

    /// <summary>The index of the function type, or -1.</summary>
    public int TypeIndex => _indexPlusOne - 1;

    /// <summary>Whether the block has a function type of the module.</summary>
    public bool HasTypeIndex => _indexPlusOne != 0;

    /// <summary>The one result of a block without a function type, or null.</summary>
    public WasmValueType? Result => _result == default ? null : _result;

    /// <summary>One result.</summary>
    public static BlockType OfValue(WasmValueType result) => new(0, result);

    /// <summary>The function type with this index.</summary>
    public static BlockType OfIndex(int index) => new(index + 1, default);

    /// <summary>Parameters and results of the block; the index must be within <paramref name="types"/>.</summary>
    public FunctionType Resolve(ImmutableArray<FunctionType> types)
    {
        if (HasTypeIndex)
        {
            return types[TypeIndex];
        }
        return _result == default ? NoValues : OneResult.TryGetValue(_result, out var type) ? type : new FunctionType([], [_result]);
    }
}
