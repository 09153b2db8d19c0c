using Mik.Wasm.Decoding;
using Mik.Wasm.Model;
using Mik.Wasm.Validation;
using static Mik.Wasm.Tests.ModuleBytes;

namespace Mik.Wasm.Tests.Decoding;

public sealed class ModuleDecoderTests
{
    public static TheoryData<string, byte[]> MalformedModules => new()
    {
        { "unexpected end: no magic header", [0x00, 0x61] },
        { "magic header not detected", [0x01, 0x61, 0x73, 0x6D, 1, 0, 0, 0] },
        { "unexpected end: no binary version", [0x00, 0x61, 0x73, 0x6D, 1] },
        { "unknown binary version", [0x00, 0x61, 0x73, 0x6D, 2, 0, 0, 0] },
        { "this is a component, not a core module", [0x00, 0x61, 0x73, 0x6D, 0x0D, 0, 1, 0] },
        { "malformed section id", Module(Section(14)) },
        { "length out of bounds", [.. Preamble, 1, 5, 0] },
        { "section size mismatch", Module(Section(1, 0, 0)) },
        { "unexpected content after last section: section out of order or repeated", Module(Section(1, 0), Section(1, 0)) },
        { "unexpected content after last section: section out of order or repeated", Module(Section(3, 0), Section(1, 0)) },
        { "unexpected content after last section: section out of order or repeated", Module(Section(10, 0), Section(12, 0)) },
        { "unexpected end of section or function", Module(Section(0)) },
        { "malformed UTF-8 encoding", Module(Section(0, 1, 0xFF)) },
        { "malformed definition type", Module(Section(1, 1, 0x61, 0, 0)) },
        { "malformed value type", Module(Section(1, [1, .. FunctionType([0x40], [])])) },
        { "malformed import kind", Module(Section(2, 1, 0, 0, 9, 0)) },
        { "malformed limits flags", Module(Section(5, 1, 0x10, 0)) },
        { "malformed limits flags", Module(Section(4, 1, FuncRef, 2, 0)) },
        { "malformed reference type", Module(Section(4, 1, I32, 0, 0)) },
        { "malformed mutability", Module(Section(6, 1, I32, 2, 0x41, 0, End)) },
        { "malformed export kind", Module(Section(7, 1, 0, 9, 0)) },
        { "malformed elements segment kind", Module(Section(9, 1, 8, 0, 0)) },
        { "malformed element kind", Module(Section(9, 1, 1, 1, 0)) },
        { "malformed data segment kind", Module(Section(11, 1, 3, 0)) },
        { "function and code section have inconsistent lengths", Module(Section(1, 1, 0x60, 0, 0), Section(3, 1, 0)) },
        { "function and code section have inconsistent lengths", Module(Code()) },
        { "data count and data section have inconsistent lengths", Module(Section(12, 1)) },
        { "too many locals: more than 50000", WithLocals([1, 0xD1, 0x86, 0x03, I32]) },
        { "too many locals: more than 50000", WithLocals([2, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F, I32, 1, I32]) },
        { "unexpected end of section or function: length out of bounds", WithLocals([0xFF, 0xFF, 0xFF, 0xFF, 0x0F]) },
        { "unexpected end of section or function: constant expression without end", Module(Section(6, 1, I32, 0, 0x41, 0)) },
        { "illegal opcode", WithFunction([], [], 0xFF) },
        { "illegal opcode", WithFunction([], [], 0xFC, 0x7F) },
        { "unexpected end of section or function: END opcode expected", WithFunction([], [], 0x02, 0x40) },
        { "instructions after the end of the function", WithFunction([], [], End, 0x01) },
        { "else without if", WithFunction([], [], 0x05) },
        { "malformed memop flags", WithFunction([], [], 0x28, 0x80, 0x01, 0) },
        { "zero byte expected", WithFunction([], [], 0xFE, 0x03, 0x01) },
        { "data count section required", WithFunction([], [], 0xFC, 0x09, 0x00) },
    };

    public static TheoryData<string, byte[]> ModulesOfOtherProposals => new()
    {
        { "a page size requires the custom-page-sizes proposal", Module(Section(5, 1, 8, 0, 0)) },
        { "opcode 0xfc requires the wide-arithmetic proposal", WithFunction([], [], 0xFC, 19) },
        { "block type 0x75 requires the stack-switching proposal", WithFunction([], [], 0x02, 0x75, End) },
    };

    public static TheoryData<WasmFeatures, string, byte[]> ModulesOfKnownProposals => new()
    {
        {
            WasmFeatures.FunctionReferences, "a reference type with a heap type requires the function-references proposal",
            Module(Section(1, [1, 0x60, 1, 0x64, FuncRef, 0]))
        },
        { WasmFeatures.Gc, "a type of objects requires the gc proposal", Module(Section(1, [1, .. FunctionType([0x6E], [])])) },
        { WasmFeatures.Gc, "a structure type requires the gc proposal", Module(Section(1, 1, 0x5F, 0)) },
        { WasmFeatures.Gc, "a recursion group requires the gc proposal", Module(Section(1, 1, 0x4E, 0)) },
        { WasmFeatures.Gc, "a sub type requires the gc proposal", Module(Section(1, 1, 0x50, 0, 0x60, 0, 0)) },
        { WasmFeatures.Exceptions, "a type of exceptions requires the exception-handling proposal", Module(Section(1, [1, .. FunctionType([0x69], [])])) },
        { WasmFeatures.Exceptions, "the tag section requires the exception-handling proposal", Module(Section(13, 0)) },
        {
            WasmFeatures.Exceptions, "a tag requires the exception-handling proposal",
            Module(Section(1, [1, .. FunctionType([], [])]), Section(2, 1, 0, 0, 4, 0, 0))
        },
        {
            WasmFeatures.FunctionReferences, "a table with an initializer requires the function-references proposal",
            Module(Section(4, 1, 0x40, 0, FuncRef, 0, 0, 0xD0, FuncRef, End))
        },
        { WasmFeatures.Exceptions, "try_table requires the exception-handling proposal", WithFunction([], [], 0x1F, 0x40, 0, End) },
        { WasmFeatures.Gc, "ref.i31 requires the gc proposal", WithFunction([], [], 0x41, 0, 0xFB, 28, 0x1A) },
        { WasmFeatures.FunctionReferences, "a type index as heap type requires the function-references proposal", WithFunction([], [], 0xD0, 0, 0x1A) },
        { WasmFeatures.Simd, "v128 requires the simd proposal", Module(Section(1, [1, .. FunctionType([V128], [])])) },
        { WasmFeatures.Simd, "v128.const requires the simd proposal", WithFunction([], [], [0xFD, 12, .. new byte[16], 0x1A]) },
        { WasmFeatures.Memory64, "a 64-bit memory or table requires the memory64 proposal", Module(Section(5, 1, 4, 1)) },
        { WasmFeatures.Threads, "a shared memory requires the threads proposal", Module(Section(5, 1, 3, 1, 1)) },
        { WasmFeatures.Threads, "atomic.fence requires the threads proposal", WithFunction([], [], 0xFE, 3, 0) },
        { WasmFeatures.TailCall, "return_call requires the tail-call proposal", WithFunction([], [], 0x12, 0) },
        { WasmFeatures.MultiMemory, "multiple memories: a second memory requires the multi-memory proposal", Module(Section(5, 2, 0, 1, 0, 1)) },
        { WasmFeatures.ExtendedConst, "i32.add in a constant expression requires the extended-const proposal",
            Module(Section(6, 1, I32, 0, 0x41, 1, 0x41, 1, 0x6A, End)) },
    };

    [Theory]
    [MemberData(nameof(MalformedModules))]
    public void Load_MalformedModule_SaysWhy(string reason, byte[] bytes)
    {
        var error = Assert.Throws<InvalidModuleException>(() => WasmModule.Load(bytes, WasmFeatures.All));
        Assert.Equal(reason, error.Reason);
        Assert.True(error.IsMalformed);
        Assert.InRange(error.Offset, 0, bytes.Length);
    }

    [Theory]
    [MemberData(nameof(ModulesOfOtherProposals))]
    public void Load_ModuleOfAnUnknownProposal_NamesTheProposal(string reason, byte[] bytes)
    {
        var error = Assert.Throws<InvalidModuleException>(() => WasmModule.Load(bytes, WasmFeatures.All));
        Assert.Equal(reason + ", which is not supported", error.Reason);
    }

    [Theory]
    [MemberData(nameof(ModulesOfKnownProposals))]
    public void Load_ModuleOfAProposalThatIsOff_NamesTheProposal(WasmFeatures feature, string reason, byte[] bytes)
    {
        WasmModule.Load(bytes, WasmFeatures.All);
        var error = Assert.Throws<InvalidModuleException>(() => WasmModule.Load(bytes, WasmFeatures.All & ~feature));
        Assert.Equal(reason + ", which is not supported", error.Reason);
    }

    [Theory]
    [InlineData(5, new byte[] { 1, 1, 0x81, 0x80, 0x80, 0x80, 0x80, 0x00, 0x82, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00 })]
    [InlineData(4, new byte[] { 1, FuncRef, 1, 0x81, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00, 0x02 })]
    public void Load_LimitsOf32BitsInALongEncoding_AreRead(byte section, byte[] content)
    {
        var module = WasmModule.Load(Module(Section(section, content)));
        var limits = section == 5 ? module.Memories[0].Limits : module.Tables[0].Type.Limits;
        Assert.Equal((1ul, 2ul), (limits.Minimum, limits.Maximum));
    }

    [Theory]
    [InlineData("memory size must be at most 65536 pages", 5, new byte[] { 1, 0, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01 })]
    [InlineData("table size must be at most 4294967295", 4, new byte[] { 1, FuncRef, 0, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01 })]
    [InlineData("integer representation too long", 5, new byte[] { 1, 0, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00 })]
    public void Load_LimitsOf32BitsOutOfRange_AreRefused(string reason, byte section, byte[] content) =>
        Assert.Contains(reason, Assert.ThrowsAny<Exception>(() => WasmModule.Load(Module(Section(section, content)))).Message, StringComparison.Ordinal);

    [Fact]
    public void Decode_IndexSpaces_HoldImportsFirst()
    {
        var module = WasmModule.Load(Module(
            Section(1, [2, .. FunctionType([], []), .. FunctionType([I32], [I64])]),
            Section(
                2, 4, 1, (byte)'m', 1, (byte)'f', 0, 1, 1, (byte)'m', 1, (byte)'t', 1, FuncRef, 0, 1, 1, (byte)'m', 1, (byte)'y', 2, 1, 1, 2, 1, (byte)'m', 1,
                (byte)'g', 3, I32, 0),
            Section(3, 1, 0),
            Section(4, 1, FuncRef, 0, 2),
            Section(6, 1, I64, 1, 0x42, 5, End),
            Section(7, 1, 1, (byte)'x', 0, 1),
            Code(0x01)));
        Assert.Equal(2, module.FunctionCount);
        Assert.Equal("(i32) -> (i64)", module.FunctionTypeOf(0).ToString());
        Assert.Equal("() -> ()", module.FunctionTypeOf(1).ToString());
        Assert.Equal([1UL, 2UL], module.Tables.Select(table => table.Type.Limits.Minimum));
        Assert.Equal(2UL, module.Memories[0].Limits.Maximum);
        Assert.Equal([WasmValueType.I32, WasmValueType.I64], module.GlobalTypes.Select(global => global.ValueType));
        Assert.Equal(["f", "t", "y", "g"], module.Imports.Select(import => import.Name));
        Assert.Equal(ExternalKind.Function, module.TypeOf(module.Exports[0]).Kind);
    }

    [Fact]
    public void Decode_NameSection_GivesFunctionNamesOrNone()
    {
        byte[] name = [4, (byte)'n', (byte)'a', (byte)'m', (byte)'e'];
        var named = Module(Section(0, [.. name, 1, 5, 1, 0, 2, (byte)'h', (byte)'i']));
        Assert.Equal("hi", WasmModule.Load(named).FunctionNames[0]);
        var malformed = Module(Section(0, [.. name, 1, 5, 1, 0, 9, (byte)'h', (byte)'i']));
        Assert.Empty(WasmModule.Load(malformed).FunctionNames);
        var endless = Module(Section(0, [.. name, 1, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F]));
        Assert.Empty(WasmModule.Load(endless).FunctionNames);
    }

    [Fact]
    public void IsComponent_LayerByte_TellsComponentsFromModules()
    {
        Assert.True(ModuleDecoder.IsComponent([0x00, 0x61, 0x73, 0x6D, 0x0D, 0, 1, 0]));
        Assert.False(ModuleDecoder.IsComponent(Preamble));
        Assert.False(ModuleDecoder.IsComponent([]));
    }

    private static byte[] WithLocals(byte[] locals) =>
        Module(Section(1, 1, 0x60, 0, 0), Section(3, 1, 0), Section(10, [1, (byte)(locals.Length + 1), .. locals, End]));
}
