using Mik.Components.Model;
using Mik.Wasm.Model;
using static Mik.Components.Decoding.ComponentLoading;
using static Mik.Components.Tests.ComponentBytes;

namespace Mik.Components.Tests.Validation;

public sealed class CanonicalRulesTests
{
    // (module (memory (export "m") 1) (func (export "none")) (func (export "pair") (param i32 i32)) (func (export "one") (result i32) …)
    //  (func (export "free") (param i32)) (func (export "realloc") (param i32 i32 i32 i32) (result i32) …))
    private static readonly byte[] Library = Convert.FromHexString(
        "0061736D01000000"
        + "0119056000006002" + "7F7F0060" + "00017F6001" + "7F0060047F7F7F7F017F"
        + "0306050001020304"
        + "05030100" + "01"
        + "072A06016D0200046E6F6E65000004" + "70616972000103" + "6F6E65000204" + "66726565000307" + "7265616C6C6F630004"
        + "0A1405" + "02000B" + "02000B" + "0400" + "41000B" + "02000B" + "040041000B");

    private static readonly byte[] Memory = [0x03, 0x00];
    private static readonly byte[] Realloc = [0x04, 0x04];
    private static readonly byte[] PostReturn = [0x05, 0x03];
    private static readonly byte[] Async = [0x06];
    private static readonly byte[] TextParameter = Function([("text", [ComponentBytes.String])]);
    private static readonly byte[] TextResult = Function([], [ComponentBytes.String]);
    private static readonly byte[] Plain = Function([]);

    [Fact]
    public void Lift_MatchingFunction_IsResolved()
    {
        var component = Component.Load(Lift(TextResult, 2, Memory, [0x01], PostReturn));
        var lift = Assert.Single(component.Definitions.OfType<CanonLift>());
        Assert.Equal(new CanonicalOptions(StringEncoding.Utf16, 0, null, 3), lift.Options);
        Assert.Equal("() -> (i32)", lift.CoreType.ToString());
        Assert.Equal(ComponentTypeKind.String, lift.Type.Result!.Kind);
    }

    [Fact]
    public void Lift_RequiresWhatItsTypesNeed()
    {
        Component.Load(Lift(TextParameter, 1, Memory, Realloc));
        Refused("`realloc` is required", Lift(TextParameter, 1, Memory));
        Refused("`memory` is required", Lift(TextParameter, 1, Realloc));
        Refused("`memory` is required", Lift(TextResult, 2));
        Component.Load(Lift(Plain, 0));
    }

    [Fact]
    public void Lift_WrongSignatures_AreRefused()
    {
        Refused("lowered function type does not match core function: expected () -> (), found (i32, i32) -> ()", Lift(Plain, 1));
        Refused("`post-return` uses a core function with an incorrect signature", Lift(Plain, 0, PostReturn));
        Refused("`realloc` uses a core function with an incorrect signature", Lift(TextParameter, 1, Memory, [0x04, 0x00]));
        Refused("unknown core function 9", Lift(Plain, 9));
        Refused("unknown core memory 1", Lift(TextParameter, 1, [0x03, 0x01]));
    }

    [Fact]
    public void Options_RepeatedOrUnknown_AreRefused()
    {
        Refused("`memory` is specified more than once", Lift(Plain, 0, Memory, Memory));
        Refused("`realloc` is specified more than once", Lift(Plain, 0, Memory, Realloc, Realloc));
        Refused("`post-return` is specified more than once", Lift(Plain, 0, PostReturn, PostReturn));
        Refused("`string-encoding` is specified more than once", Lift(Plain, 0, [0x00], [0x02]));
        Refused("`async` canonical option requires an async function type", Lift(Plain, 0, Async));
        Refused("cannot specify callback without async", Lift(Plain, 0, [0x07, 0x00]));
        Refused("component-model gc", Lift(Plain, 0, [0x08, 0x00]));
        Refused("malformed canonical option", Lift(Plain, 0, [0x0A]));
    }

    [Fact]
    public void Lower_MatchingFunction_IsResolved()
    {
        var lower = Assert.Single(Component.Load(Lower(TextResult, Memory, Realloc)).Definitions.OfType<CanonLower>());
        Assert.Equal("(i32) -> ()", lower.CoreType.ToString());
        Assert.Equal(4, lower.Options.Realloc);
        Assert.Equal(WasmValueType.I32, lower.Options.PointerType);
    }

    [Fact]
    public void Lower_RequiresWhatItsTypesNeed()
    {
        Refused("`realloc` is required", Lower(TextResult, Memory));
        Refused("`memory` is required", Lower(TextResult));
        Refused("`memory` is required", Lower(TextParameter));
        Component.Load(Lower(TextParameter, Memory));
        Component.Load(Lower(Plain));
        Refused("`post-return` cannot be specified for lowerings", Lower(Plain, PostReturn));
    }

    [Fact]
    public void Resource_Destructor_TakesTheRepresentation()
    {
        Component.Load(Assemble(WithLibrary([Section(TypeSection, [0x3F, 0x7F, 0x01, 0x03])])));
        Refused("used as destructor has an incorrect signature", Assemble(WithLibrary([Section(TypeSection, [0x3F, 0x7F, 0x01, 0x00])])));
        Refused("can only be represented by `i32`", Assemble(Section(TypeSection, [0x3F, 0x7E, 0x00])));
        Refused("malformed component type 0x3e", Assemble(Section(TypeSection, [0x3E, 0x7F, 0x00, 0x00])));
        Refused("only be defined within a concrete component", Assemble(Section(TypeSection, InstanceType(DeclareType([0x3F, 0x7F, 0x00])))));
    }

    [Fact]
    public void CoreInstance_ArgumentsMustFit()
    {
        byte[] user = Convert.FromHexString("0061736D01000000" + "01040160" + "0000" + "02070101" + "61" + "0166" + "0000");
        byte[] Instantiate(params byte[][] sections) => Assemble([RawSection(CoreModuleSection, user), .. sections]);

        Refused("missing module instantiation argument named `a`", Instantiate(Section(CoreInstanceSection, [0x00, 0x00, 0x00])));
        Refused(
            "does not export an item named `f`",
            Instantiate(Section(CoreInstanceSection, [0x01, 0x00], [0x00, 0x00, 0x01, .. Name("a"), 0x12, 0x00])));
        Refused(
            "duplicate module instantiation argument",
            Instantiate(Section(CoreInstanceSection, [0x01, 0x00], [0x00, 0x00, 0x02, .. Name("a"), 0x12, 0x00, .. Name("a"), 0x12, 0x00])));
        Refused("unknown core module 1", Instantiate(Section(CoreInstanceSection, [0x00, 0x01, 0x00])));
    }

    private static byte[][] WithLibrary(byte[][] sections) =>
    [
        RawSection(CoreModuleSection, Library),
        Section(CoreInstanceSection, [0x00, 0x00, 0x00]),
        Section(
            AliasSection,
            [0x00, 0x02, 0x01, 0x00, .. Name("m")],
            CoreFunction("none"), CoreFunction("pair"), CoreFunction("one"), CoreFunction("free"), CoreFunction("realloc")),
        .. sections,
    ];

    private static byte[] CoreFunction(string name) => [0x00, 0x00, 0x01, 0x00, .. Name(name)];

    private static byte[] Lift(byte[] type, int coreFunction, params byte[][] options) => Assemble(WithLibrary(
    [
        Section(TypeSection, type),
        Section(CanonicalSection, Join([0x00, 0x00], Number(coreFunction), Vector(options), [0x00])),
    ]));

    private static byte[] Lower(byte[] type, params byte[][] options) => Assemble(WithLibrary(
    [
        Section(TypeSection, type),
        Section(ImportSection, ImportFunction("f", 0)),
        Section(CanonicalSection, Join([0x01, 0x00, 0x00], Vector(options))),
    ]));

    private static void Refused(string reason, byte[] bytes)
    {
        var error = Assert.Throws<InvalidComponentException>(() => Component.Load(bytes));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }
}
