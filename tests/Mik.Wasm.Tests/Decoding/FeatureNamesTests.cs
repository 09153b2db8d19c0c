using Mik.Wasm.Model;
using Mik.Wasm.Validation;
using static Mik.Wasm.Tests.ModuleBytes;

namespace Mik.Wasm.Tests.Decoding;

/// <summary>Which proposals a module needs: all that it would be refused without.</summary>
public sealed class FeatureNamesTests
{
    private const byte AnyRef = 0x6E;
    private const byte ExnRef = 0x69;
    private const byte Null = 0xD0;
    private const byte Nullable = 0x63;

    private static readonly byte[] Nothing = FunctionType([], []);
    private static readonly byte[] OfNothing = Section(1, [1, .. Nothing]);

    public static TheoryData<string, string, byte[]> Cases => new()
    {
        { "nothing", "", Module(OfNothing, Section(4, 1, FuncRef, 0, 1), Section(5, 1, 0, 1)) },
        { "a 64-bit table", "memory64", Module(Section(4, 1, FuncRef, 4, 1)) },
        { "a 64-bit memory", "memory64", Module(Section(5, 1, 4, 1)) },
        { "a shared memory", "threads", Module(Section(5, 1, 3, 1, 1)) },
        { "two memories", "multi-memory", Module(Section(5, 2, 0, 1, 0, 1)) },
        { "a sum as a constant", "extended-const", Module(Section(6, 1, I32, 0, 0x41, 1, 0x41, 2, 0x6A, End)) },
        { "an object as a constant", "gc", Module(Section(6, 1, 0x6F, 0, 0x41, 1, 0xFB, 0x1C, 0xFB, 0x1B, End)) },
        { "v128 in a signature", "simd", Module(Section(1, [1, .. FunctionType([V128], [])])) },
        { "v128 as a constant", "simd", Module(Section(6, [1, V128, 0, 0xFD, 12, .. new byte[16], End])) },
        { "anyref in a signature", "gc", Module(Section(1, [1, .. FunctionType([AnyRef], [])])) },
        { "anyref in a local", "gc", WithLocal(Nothing, AnyRef) },
        { "anyref in a block", "gc", WithCode(0x02, AnyRef, 0x00, End, 0x1A) },
        { "anyref in a global", "gc", Module(Section(6, 1, AnyRef, 0, Null, AnyRef, End)) },
        { "the null of no object", "gc", WithCode(Null, 0x71, 0x1A) },
        { "a sub type of functions", "gc", Module(Section(1, [1, 0x50, 0, .. Nothing])) },
        { "a group of functions", "gc", Module(Section(1, [1, 0x4E, 2, .. Nothing, .. Nothing])) },
        { "a structure", "gc", Module(Section(1, 1, 0x5F, 0)) },
        { "a tag", "exception-handling", Module(OfNothing, Section(13, 1, 0, 0)) },
        { "exnref in a signature", "exception-handling", Module(Section(1, [1, .. FunctionType([ExnRef], [])])) },
        { "exnref in a table", "exception-handling", Module(Section(4, 1, ExnRef, 0, 1)) },
        { "exnref in a global", "exception-handling", Module(Section(6, 1, ExnRef, 0, Null, ExnRef, End)) },
        { "the null of no exception", "exception-handling", WithCode(Null, 0x74, 0x1A) },
        { "typed functions in a signature", "function-references", Module(Section(1, [2, .. Nothing, 0x60, 1, Nullable, 0, 0])) },
        { "typed functions in a table", "function-references", Module(OfNothing, Section(4, 1, Nullable, 0, 0, 1)) },
        { "typed functions in elements", "function-references", Module(OfNothing, Section(9, 1, 5, Nullable, 0, 1, Null, 0, End)) },
        { "typed functions in a local", "function-references", WithLocal(Nothing, Nullable, 0) },
        { "an initialized table", "function-references", Module(Section(4, 1, 0x40, 0, FuncRef, 0, 1, Null, FuncRef, End)) },
        { "a tail call", "tail-call", WithCode(0x12, 0) },
        { "an instruction with vectors", "simd", WithCode([0xFD, 12, .. new byte[16], 0x1A]) },
    };

    [Theory, MemberData(nameof(Cases))]
    public void FeatureNames_OfAModule_AreThoseThatItIsRefusedWithout(string what, string expected, byte[] bytes)
    {
        var names = WasmModule.Load(bytes).FeatureNames;

        Assert.True(names.SequenceEqual(expected.Length == 0 ? [] : [expected]), $"{what}: {string.Join(", ", names)}");
        foreach (var feature in Enum.GetValues<WasmFeatures>().Where(feature => int.IsPow2((int)feature)))
        {
            var error = Record.Exception(() => WasmModule.Load(bytes, WasmFeatures.All & ~feature));
            Assert.Equal(ProposalNames.NameOf(feature) == expected, error is InvalidModuleException);
        }
    }

    private static byte[] WithCode(params byte[] code) => Module(OfNothing, Section(3, 1, 0), Code(code));

    private static byte[] WithLocal(byte[] function, params byte[] type) =>
        Module(Section(1, [1, .. function]), Section(3, 1, 0), Section(10, [1, (byte)(type.Length + 3), 1, 1, .. type, End]));
}
