using Mik.Components.Model;
using Mik.Wasm.Model;
using static Mik.Components.Decoding.ComponentLoading;
using static Mik.Components.Tests.ComponentBytes;

namespace Mik.Components.Tests.Decoding;

public sealed class CoreTypeSectionTests
{
    private static readonly byte[] Nothing = [0x60, 0x00, 0x00];

    [Fact]
    public void Load_ModuleType_KnowsImportsAndExports()
    {
        var component = Load(Module(
            [0x01, 0x60, 0x01, 0x7F, 0x01, 0x7E],
            [0x00, .. Name("m"), .. Name("f"), 0x00, 0x00],
            [0x03, .. Name("t"), 0x01, 0x70, 0x01, 0x02, 0x08],
            [0x03, .. Name("memory"), 0x02, 0x00, 0x11],
            [0x03, .. Name("shared"), 0x02, 0x03, 0x01, 0x02],
            [0x03, .. Name("wide"), 0x02, 0x05, 0x01, 0x02],
            [0x03, .. Name("g"), 0x03, 0x7F, 0x01]));

        var type = Assert.IsType<CoreModuleType>(Assert.IsType<CoreTypeDefinition>(Assert.Single(component.Definitions)).Type);
        Assert.Equal("(i32) -> (i64)", type.FindImport("m", "f")!.Function!.ToString());
        Assert.Equal(new TableType(WasmValueType.FuncRef, new(2, 8)), type.Exports["t"].Table);
        Assert.Equal(new MemoryType(new(17, null)), type.Exports["memory"].Memory);
        Assert.True(type.Exports["shared"].Memory.IsShared);
        Assert.True(type.Exports["wide"].Memory.Limits.Is64);
        Assert.Equal(new GlobalType(WasmValueType.I32, true), type.Exports["g"].Global);
    }

    [Fact]
    public void Load_ModuleType_SeesTypesOutsideThroughAliasesOnly()
    {
        var component = Load(Nothing, Module([0x02, 0x10, 0x01, 0x01, 0x00], [0x02, 0x10, 0x01, 0x00, 0x00], [0x03, .. Name("f"), 0x00, 0x01]));
        var type = Assert.IsType<CoreModuleType>(((CoreTypeDefinition)component.Definitions[1]).Type);
        Assert.Equal("() -> ()", type.Exports["f"].Function!.ToString());

        Refused("unknown type 0", Nothing, Module([0x03, .. Name("f"), 0x00, 0x00]));
        Refused("is the type of a module", Module(), Module([0x02, 0x10, 0x01, 0x01, 0x00]));
        Refused("invalid outer alias count", Module([0x02, 0x10, 0x01, 0x05, 0x00]));
        Refused("malformed alias", Module([0x02, 0x10, 0x00, 0x01, 0x00]));
    }

    [Fact]
    public void Load_ModuleType_BadDeclarationsAreRefused()
    {
        byte[] function = [0x01, .. Nothing];
        Refused("duplicate import name", Module(function, [0x00, 0x00, 0x00, 0x00, 0x00], [0x00, 0x00, 0x00, 0x00, 0x00]));
        Refused("duplicate export name", Module(function, [0x03, 0x00, 0x00, 0x00], [0x03, 0x00, 0x00, 0x00]));
        Refused("malformed module type declaration", Module([0x04, 0x00]));
        Refused("malformed external kind", Module([0x03, 0x00, 0x05, 0x00]));
        Refused("unknown type 0", Module([0x03, 0x00, 0x04, 0x00, 0x00]));
        Refused("malformed definition type", [0x61, 0x00]);
        Refused("malformed core type", [0x00, 0x60, 0x00, 0x00]);
        Refused("is not a function type", Module([0x01, 0x5F, 0x00], [0x03, .. Name("f"), 0x00, 0x00]));
        Refused("sub type does not match super type", [0x5F, 0x00], [0x00, 0x50, 0x01, 0x00, 0x5F, 0x00]);
    }

    [Fact]
    public void Load_TypesOfObjects_MayNameThoseBeforeThem()
    {
        // A group of two structures that refer to each other, a module's type, and a sub type of the first that is open.
        var component = Load(
            [0x4E, 0x02, 0x50, 0x00, 0x5F, 0x01, 0x63, 0x01, 0x00, 0x5F, 0x01, 0x63, 0x00, 0x00],
            Module([0x02, 0x10, 0x01, 0x01, 0x01], [0x01, 0x60, 0x01, 0x63, 0x00, 0x00], [0x03, .. Name("f"), 0x00, 0x01]),
            [0x00, 0x50, 0x01, 0x00, 0x5F, 0x01, 0x63, 0x01, 0x00],
            [0x5E, 0x63, 0x03, 0x01]);

        Assert.Equal(5, component.Definitions.Length);
        Refused("unknown type 0", Module(), [0x5E, 0x63, 0x00, 0x01]);
        Refused("unknown type 1", [0x5E, 0x63, 0x01, 0x01], [0x5F, 0x00]);
    }

    [Theory]
    [InlineData("size minimum must not be greater than maximum", new byte[] { 0x02, 0x01, 0x02, 0x01 })]
    [InlineData("memory size must be at most 65536", new byte[] { 0x02, 0x00, 0x81, 0x80, 0x04 })]
    [InlineData("shared memory must have maximum", new byte[] { 0x02, 0x02, 0x01 })]
    [InlineData("malformed limits flags", new byte[] { 0x02, 0x08, 0x01 })]
    [InlineData("shared-everything-threads", new byte[] { 0x01, 0x70, 0x03, 0x01, 0x02 })]
    [InlineData("size minimum must not be greater than maximum", new byte[] { 0x01, 0x70, 0x01, 0x02, 0x01 })]
    [InlineData("malformed mutability", new byte[] { 0x03, 0x7F, 0x02 })]
    public void Load_ModuleType_BadTypesAreRefused(string reason, byte[] type) =>
        Refused(reason, Module([0x03, .. Name("x"), .. type]));

    private static byte[] Module(params byte[][] declarations) => [0x50, .. Vector(declarations)];

    private static Component Load(params byte[][] types) => Component.Load(Assemble(Section(CoreTypeSection, types)));

    private static void Refused(string reason, params byte[][] types)
    {
        var error = Assert.Throws<InvalidComponentException>(() => Load(types));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }
}
