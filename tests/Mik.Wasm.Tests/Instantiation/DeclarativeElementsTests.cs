using Mik.Wasm.Execution;
using Mik.Wasm.Tests.Translation;

namespace Mik.Wasm.Tests.Instantiation;

/// <summary>Segments that only declare have no elements when the module runs, whatever they are written as.</summary>
public sealed class DeclarativeElementsTests
{
    private const byte Declarative = 7;
    private const byte Array = 0x5E;
    private const byte FuncRef = 0x70;
    private const byte I31Ref = 0x6C;
    private const byte Gc = 0xFB;
    private const byte Bulk = 0xFC;

    [Theory]
    [InlineData(FuncRef, "table")]
    [InlineData(FuncRef, "dropped")]
    [InlineData(FuncRef, "new")]
    [InlineData(FuncRef, "fill")]
    [InlineData(I31Ref, "table")]
    [InlineData(I31Ref, "dropped")]
    [InlineData(I31Ref, "new")]
    [InlineData(I31Ref, "fill")]
    public void Segment_OfExpressions_IsEmpty(byte elementType, string function)
    {
        using var store = new Store();
        var instance = Guest.Instantiate(Module(elementType), store);

        Guest.Run(instance, function, 0);

        Assert.Equal(TrapKind.OutOfBoundsTableAccess, Assert.Throws<Trap>(() => Guest.Run(instance, function, 1)).Kind);
    }

    [Theory]
    [InlineData(FuncRef)]
    [InlineData(I31Ref)]
    public void TableInit_OfNothingBehindTheTable_Traps(byte elementType)
    {
        using var store = new Store();
        var instance = Guest.Instantiate(Module(elementType), store);

        Assert.Equal(TrapKind.OutOfBoundsTableAccess, Assert.Throws<Trap>(() => Guest.Run(instance, "far", 0)).Kind);
    }

    // A table and an array of two elements, and a segment of one that only declares; the functions take the number of elements to copy.
    private static ModuleBuilder Module(byte elementType)
    {
        var builder = new ModuleBuilder();
        builder.Type(Array, elementType, 1);
        builder.TableOf(elementType, 0, 2);
        byte[] element = elementType == FuncRef ? [0xD2, 0] : [Op.I32Const, 7, Gc, 0x1C];
        builder.ElementsOf([Declarative, elementType, 1, .. element, Op.End]);
        byte[] fromStart = [Op.I32Const, 2, Op.I32Const, 0, Op.LocalGet, 0, Bulk, 12, 0, 0];
        builder.Function("table", [Op.TypeI32], [], [Op.I32Const, 2, .. fromStart[2..]]);
        builder.Function("dropped", [Op.TypeI32], [], [Bulk, 13, 0, .. fromStart]);
        builder.Function("far", [Op.TypeI32], [], [Op.I32Const, 3, .. fromStart[2..]]);
        builder.Function("new", [Op.TypeI32], [], Op.I32Const, 0, Op.LocalGet, 0, Gc, 10, 0, 0, Op.Drop);
        builder.Function("fill", [Op.TypeI32], [], Op.I32Const, 2, Gc, 7, 0, Op.I32Const, 0, Op.I32Const, 0, Op.LocalGet, 0, Gc, 19, 0, 0);
        return builder;
    }
}
