using System.Collections.Immutable;
using Mik.Wasm.Model;

namespace Mik.Wasm.Decoding;

/// <summary>The element section (core specification 5.5.12).</summary>
internal static class ElementSection
{
    private const uint IsPassiveOrDeclarative = 1;
    private const uint HasTableIndexOrIsDeclarative = 2;
    private const uint HasExpressions = 4;

    public static void Decode(ref WasmReader reader, WasmModule module)
    {
        var segments = new ElementSegment[reader.ReadCount("element segments", ModuleLimits.ElementSegments, elementBytes: 2, memoryBytes: 150)];
        for (var i = 0; i < segments.Length; i++)
        {
            segments[i] = ReadSegment(ref reader);
        }
        module.Elements = segments;
    }

    private static ElementSegment ReadSegment(ref WasmReader reader)
    {
        var offset = reader.Position;
        var flags = reader.ReadU32();
        if (flags >= 2 * HasExpressions)
        {
            Throw.Malformed("malformed elements segment kind", offset);
        }
        var mode = (flags & IsPassiveOrDeclarative) == 0
            ? SegmentMode.Active
            : (flags & HasTableIndexOrIsDeclarative) == 0 ? SegmentMode.Passive : SegmentMode.Declarative;
        var tableIndex = 0;
        ConstantExpression start = default;
        if (mode == SegmentMode.Active)
        {
            tableIndex = (flags & HasTableIndexOrIsDeclarative) == 0 ? 0 : (int)reader.ReadU32();
            start = ConstantExpressionDecoder.Read(ref reader);
        }
        var hasExpressions = (flags & HasExpressions) != 0;
        var elementType = (flags & (IsPassiveOrDeclarative | HasTableIndexOrIsDeclarative)) == 0
            ? WasmValueType.FuncRef with { IsNonNull = !hasExpressions }
            : hasExpressions ? reader.ReadReferenceType() : ReadElementKind(ref reader);
        return hasExpressions
            ? new ElementSegment(mode, elementType, tableIndex, start, FunctionIndices: default, ReadExpressions(ref reader))
            : new ElementSegment(mode, elementType, tableIndex, start, ReadFunctionIndices(ref reader), Expressions: default);
    }

    private static WasmValueType ReadElementKind(ref WasmReader reader)
    {
        var offset = reader.Position;
        if (reader.ReadByte() != 0)
        {
            Throw.Malformed("malformed element kind", offset);
        }
        return WasmValueType.FuncRef.AsNonNull;
    }

    private static ImmutableArray<int> ReadFunctionIndices(ref WasmReader reader)
    {
        var indices = new int[reader.ReadCount("elements", ModuleLimits.Elements, memoryBytes: 4)];
        for (var i = 0; i < indices.Length; i++)
        {
            indices[i] = (int)reader.ReadU32();
        }
        return indices.AsImmutable();
    }

    private static ImmutableArray<ConstantExpression> ReadExpressions(ref WasmReader reader)
    {
        var expressions = new ConstantExpression[reader.ReadCount("elements", ModuleLimits.Elements, elementBytes: 2, memoryBytes: 150)];
        for (var i = 0; i < expressions.Length; i++)
        {
            expressions[i] = ConstantExpressionDecoder.Read(ref reader);
        }
        return expressions.AsImmutable();
    }
}
