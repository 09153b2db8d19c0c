using Mik.Components.Model;
using Mik.Wasm.Model;

namespace Mik.Components.Tests.CanonicalAbi;

/// <summary>Sizes, alignments and flat forms; the numbers are those of the specification's own program.</summary>
public sealed class LayoutTests
{
    private static readonly ComponentValueType U8 = new PrimitiveType(ComponentTypeKind.U8);
    private static readonly ComponentValueType U16 = new PrimitiveType(ComponentTypeKind.U16);
    private static readonly ComponentValueType U64 = new PrimitiveType(ComponentTypeKind.U64);
    private static readonly ComponentValueType F32 = new PrimitiveType(ComponentTypeKind.F32);
    private static readonly ComponentValueType Text = new PrimitiveType(ComponentTypeKind.String);

    [Fact]
    public void Layout_Record_PadsFieldsAndEnd()
    {
        var type = new RecordType([new("a", U8), new("b", U64), new("c", U16)]);
        Assert.Equal([0, 8, 16], Layout.Memory32.FieldOffsets(type));
        Assert.Equal(24, Layout.Memory32.ElementSize(type));
        Assert.Equal(8, Layout.Memory32.Alignment(type));
    }

    [Fact]
    public void Layout_Pointers_DependOnTheMemory()
    {
        Assert.Equal((8, 4), (Layout.Memory32.ElementSize(Text), Layout.Memory32.Alignment(Text)));
        Assert.Equal((16, 8), (Layout.Memory64.ElementSize(Text), Layout.Memory64.Alignment(Text)));
        Assert.Equal(8, Layout.Memory32.ElementSize(new ListType(U64)));
    }

    [Fact]
    public void Layout_FutureTrailersOfHttp_AreWhereTheSpecificationPutsThem()
    {
        // option<result<result<option<own<trailers>>, error-code>>> with an error-code of size 32 and alignment 8.
        var own = new OwnType(new ResourceType(ResourceVariable.Declared("trailers")));
        var errorCode = new VariantType([new("a", null), new("b", new RecordType([new("x", new OptionType(U64)), new("y", Text)]))]);
        var inner = new ResultType(new OptionType(own), errorCode);
        var outer = new OptionType(new ResultType(inner, null));
        Assert.Equal(56, Layout.Memory32.ElementSize(outer));
        Assert.Equal(8, Layout.Memory32.PayloadOffset(outer));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(256, 1)]
    [InlineData(257, 2)]
    [InlineData(65536, 2)]
    [InlineData(65537, 4)]
    public void DiscriminantSize_CaseCount_IsSmallestThatFits(int cases, int size) =>
        Assert.Equal(size, Layout.DiscriminantSize(cases));

    [Theory]
    [InlineData(1, 1)]
    [InlineData(8, 1)]
    [InlineData(9, 2)]
    [InlineData(16, 2)]
    [InlineData(17, 4)]
    [InlineData(32, 4)]
    public void Layout_Flags_HaveOneBitPerLabel(int labels, int size) =>
        Assert.Equal(new Extent(size, size), Layout.OfFlags(labels));

    [Fact]
    public void Flatten_Variant_JoinsPayloads()
    {
        var type = new VariantType([new("a", F32), new("b", U64), new("c", Text), new("d", null)]);
        Assert.Equal([WasmValueType.I32, WasmValueType.I64, WasmValueType.I32], FlatTypes.Flatten(type, WasmValueType.I32)!);
        Assert.Equal([WasmValueType.I32, WasmValueType.I64, WasmValueType.I64], FlatTypes.Flatten(type, WasmValueType.I64)!);
        Assert.Equal(
            [WasmValueType.I32, WasmValueType.I32],
            FlatTypes.Flatten(new ResultType(F32, U8), WasmValueType.I32)!);
    }

    [Fact]
    public void FlattenFunctionType_ManyParametersAndResults_GoThroughMemory()
    {
        var sixteen = new ComponentFunctionType(new([.. Enumerable.Range(0, 16).Select(i => new RecordField($"p{i}", U8))]), U64);
        Assert.Equal(16, FlatTypes.FlattenFunctionType(sixteen, WasmValueType.I32, FlatteningContext.Lift).Parameters.Length);

        var seventeen = new ComponentFunctionType(new([.. Enumerable.Range(0, 17).Select(i => new RecordField($"p{i}", U8))]), Text);
        Assert.Equal("(i32) -> (i32)", FlatTypes.FlattenFunctionType(seventeen, WasmValueType.I32, FlatteningContext.Lift).ToString());
        Assert.Equal("(i32, i32) -> ()", FlatTypes.FlattenFunctionType(seventeen, WasmValueType.I32, FlatteningContext.Lower).ToString());
    }
}
