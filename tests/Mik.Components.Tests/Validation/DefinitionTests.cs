using Mik.Components.Model;
using Mik.Components.Validation;
using static Mik.Components.Decoding.ComponentLoading;
using static Mik.Components.Tests.ComponentBytes;

namespace Mik.Components.Tests.Validation;

/// <summary>Aliases, instances, imports, exports and value types: what is accepted, and every way to be refused.</summary>
public sealed class DefinitionTests
{
    private static readonly byte[] Plain = Function([]);
    private static readonly byte[] Resource = [0x3F, 0x7F, 0x00];
    private static readonly byte[] Child = Assemble(
        Section(TypeSection, Plain), Section(ImportSection, ImportFunction("f", 0)), Section(ExportSection, Export("g", 0x01, 0)));

    [Fact]
    public void Alias_OfEverySort_FindsItsItem()
    {
        // An instance with one export of each sort.
        var component = Component.Load(Assemble(
            Section(CoreTypeSection, [0x50, 0x00]),
            Section(
                TypeSection,
                Plain,
                [0x41, 0x00],
                InstanceType(
                    DeclareOuterType(1, 0), DeclareOuterType(1, 1), [0x02, 0x00, 0x10, 0x02, 0x01, 0x00], DeclareType(InstanceType()),
                    DeclareFunction("f", 0), [0x04, .. ExternName("c"), 0x04, 0x01], [0x04, .. ExternName("m"), 0x00, 0x11, 0x00],
                    DeclareInstance("i", 2), DeclareType([U32]), [0x04, .. ExternName("t"), 0x03, 0x00, 0x03])),
            Section(ImportSection, ImportInstance("a", 2)),
            Section(
                AliasSection,
                [0x01, 0x00, 0x00, .. Name("f")], [0x04, 0x00, 0x00, .. Name("c")], [0x00, 0x11, 0x00, 0x00, .. Name("m")],
                [0x05, 0x00, 0x00, .. Name("i")], [0x03, 0x00, 0x00, .. Name("t")],
                [0x04, 0x02, 0x00, 0x00], [0x00, 0x11, 0x02, 0x00, 0x00], [0x03, 0x02, 0x00, 0x00], [0x00, 0x10, 0x02, 0x00, 0x00])));

        Assert.Equal(
            [Sort.Function, Sort.Component, Sort.CoreModule, Sort.Instance, Sort.Type, Sort.Component, Sort.CoreModule, Sort.Type, Sort.CoreType],
            component.Definitions.TakeLast(9).Select(definition => definition.Sort));
    }

    [Fact]
    public void Alias_ThatFindsNothing_IsRefused()
    {
        byte[] Alias(params byte[] alias) => Assemble(
            Section(TypeSection, InstanceType()), Section(ImportSection, ImportInstance("a", 0)), Section(CoreInstanceSection, [0x01, 0x00]),
            Section(AliasSection, alias));

        Refused("instance 0 has no export named `x`", Alias([0x01, 0x00, 0x00, .. Name("x")]));
        Refused("core instance 0 has no export named `x`", Alias([0x00, 0x00, 0x01, 0x00, .. Name("x")]));
        Refused("unknown instance 1", Alias([0x01, 0x00, 0x01, .. Name("x")]));
        Refused("invalid outer alias count of 1", Alias(0x03, 0x02, 0x01, 0x00));
        Refused("cannot be outer-aliased", Alias(0x01, 0x02, 0x00, 0x00));
        Refused("malformed alias target", Alias(0x01, 0x03, 0x00, 0x00));
        Refused("malformed sort", Alias(0x06, 0x00, 0x00, 0x00));
        Refused("malformed core sort", Alias(0x00, 0x05, 0x00, 0x00));
        Refused("component-model values", Alias(0x02, 0x00, 0x00, 0x00));
        Refused("only instances and types", Assemble(Section(TypeSection, InstanceType([0x02, 0x01, 0x00, 0x00, 0x00]))));
        Refused("only types can be outer-aliased", Assemble(Section(TypeSection, InstanceType([0x02, 0x04, 0x02, 0x01, 0x00]))));
        Refused("core exports cannot be aliased", Assemble(Section(TypeSection, InstanceType([0x02, 0x00, 0x00, 0x01, 0x00, 0x00]))));
    }

    [Fact]
    public void Alias_OfAnotherSort_IsRefused() => Refused(
        "is not a Type",
        Assemble(
            Section(TypeSection, Plain, InstanceType(DeclareOuterType(1, 0), DeclareFunction("f", 0))),
            Section(ImportSection, ImportInstance("a", 1)), Section(AliasSection, [0x03, 0x00, 0x00, .. Name("f")])));

    [Fact]
    public void Instantiate_Component_ChecksArguments()
    {
        byte[] Instantiate(params byte[][] arguments) => Assemble(
            RawSection(ComponentSection, Child), Section(TypeSection, Plain, Function([], [U32])),
            Section(ImportSection, ImportFunction("f", 0), ImportFunction("other", 1)),
            Section(InstanceSection, Join([0x00, 0x00], Vector(arguments))));

        var instantiation = Component.Load(Instantiate([.. Name("f"), 0x01, 0x00], [.. Name("unused"), 0x01, 0x01]))
            .Definitions.OfType<ComponentInstantiation>().Single();
        Assert.Equal(new NamedItem("f", Sort.Function, 0), instantiation.Arguments[0]);
        Refused("missing import named `f`", Instantiate());
        Refused("type mismatch for import `f`: expected no result, found one", Instantiate([.. Name("f"), 0x01, 0x01]));
        Refused("conflicts with previous argument", Instantiate([.. Name("f"), 0x01, 0x00], [.. Name("f"), 0x01, 0x00]));
        Refused("cannot be imported, exported or passed", Instantiate([.. Name("f"), 0x00, 0x00, 0x00]));
        Refused("malformed instance expression", Assemble(Section(InstanceSection, [0x02])));
    }

    [Fact]
    public void Instance_OfExports_HasThem()
    {
        byte[] Inline(params byte[][] exports) => Assemble(
            Section(TypeSection, Plain, Resource), Section(ImportSection, ImportFunction("f", 0)),
            Section(InstanceSection, Join([0x01], Vector(exports))), Section(ExportSection, Export("i", 0x05, 0)));

        var component = Component.Load(Inline(Bag("a", 0x01, 0), Bag("b", 0x03, 1)));
        Assert.Equal(["a", "b"], component.Exports[0].Type.Instance!.Exports.Select(export => export.Name.Text));
        Assert.Single(component.Type.ExportedResources);
        Refused("conflicts with previous name", Inline(Bag("a", 0x01, 0), Bag("A", 0x01, 0)));
        Refused("static resource name is not known", Inline(Bag("b", 0x03, 1), Bag("[static]b.c", 0x01, 0)));

        static byte[] Bag(string name, byte sort, int index) => [.. ExternName(name), sort, .. Number(index)];
    }

    [Fact]
    public void CoreInstance_OfExports_RefusesWhatItCannotHold()
    {
        Refused("cannot be an export of a core instance", Assemble(Section(CoreInstanceSection, [0x01, 0x01, .. Name("m"), 0x11, 0x00])));
        Refused("unknown core function 0", Assemble(Section(CoreInstanceSection, [0x01, 0x01, .. Name("f"), 0x00, 0x00])));
        Refused("unknown core global 0", Assemble(Section(CoreInstanceSection, [0x01, 0x01, .. Name("g"), 0x03, 0x00])));
        Refused("only instances can be given", Assemble(Section(CoreInstanceSection, [0x00, 0x00, 0x01, .. Name("g"), 0x11, 0x00])));
        Refused("malformed core instance expression", Assemble(Section(CoreInstanceSection, [0x02])));
    }

    [Fact]
    public void Export_WithAscribedType_TakesIt()
    {
        byte[] Ascribe(params byte[][] exports) => Assemble(
            Section(
                TypeSection, Plain, InstanceType(DeclareOuterType(1, 0), DeclareFunction("f", 0), DeclareResource("r")), InstanceType(DeclareResource("r"))),
            Section(ImportSection, ImportInstance("a", 1)), Section(ExportSection, exports));

        var component = Component.Load(Ascribe([.. ExternName("x"), 0x05, 0x00, 0x01, 0x05, 0x02]));
        Assert.Equal(["r"], component.Exports[0].Type.Instance!.Exports.Select(export => export.Name.Text));
        // The ascribed type hides that the resource is the imported one.
        Assert.Single(component.Type.ExportedResources);
        Refused("is not compatible with item's type", Ascribe([.. ExternName("x"), 0x05, 0x00, 0x01, 0x01, 0x00]));
        Refused("malformed export", Ascribe([.. ExternName("x"), 0x05, 0x00, 0x02]));
        Refused("conflicts with previous name", Ascribe(Export("x", 0x05, 0), Export("x", 0x05, 0)));
    }

    [Fact]
    public void Export_OfTypesWithoutName_IsRefused()
    {
        byte[] record = [0x72, 0x01, .. Name("x"), U32];
        Refused(
            "neither imported nor exported",
            Assemble(Section(TypeSection, Resource, [0x69, 0x00], Function([("r", Index(1))])),
                Section(ImportSection, ImportResource("f")), Section(ExportSection, Export("g", 0x03, 2))));
        Refused(
            "types that are not imported",
            Assemble(Section(TypeSection, record, Function([], Index(0))), Section(ImportSection, ImportFunction("f", 1))));
        // With the name that the import gives it, the record may be used.
        Component.Load(Assemble(
            Section(TypeSection, record), Section(ImportSection, [.. ExternName("point"), 0x03, 0x00, 0x00]),
            Section(TypeSection, Function([], Index(1))), Section(ImportSection, ImportFunction("f", 2)), Section(ExportSection, Export("g", 0x01, 0))));
    }

    [Theory]
    [InlineData("record type must have at least one field", new byte[] { 0x72, 0x00 })]
    [InlineData("variant type must have at least one case", new byte[] { 0x71, 0x00 })]
    [InlineData("tuple type must have at least one type", new byte[] { 0x6F, 0x00 })]
    [InlineData("at least one flag", new byte[] { 0x6E, 0x00 })]
    [InlineData("at least one enum tag", new byte[] { 0x6D, 0x00 })]
    [InlineData("record field name cannot be empty", new byte[] { 0x72, 0x01, 0x00, 0x7F })]
    [InlineData("is not in kebab case", new byte[] { 0x72, 0x01, 0x01, 0x5F, 0x7F })]
    [InlineData("conflicts with previous record field name", new byte[] { 0x72, 0x02, 0x01, 0x61, 0x7F, 0x01, 0x41, 0x7F })]
    [InlineData("invalid refines", new byte[] { 0x71, 0x01, 0x01, 0x61, 0x00, 0x01 })]
    [InlineData("malformed optional value type", new byte[] { 0x6A, 0x02, 0x00 })]
    [InlineData("malformed value type", new byte[] { 0x70, 0x40 })]
    [InlineData("component-model error-context", new byte[] { 0x70, 0x64 })]
    [InlineData("component-model error-context", new byte[] { 0x64 })]
    [InlineData("component-model map", new byte[] { 0x63, 0x7F, 0x7F })]
    [InlineData("component-model fixed-length lists", new byte[] { 0x67, 0x7F, 0x01 })]
    [InlineData("malformed component type", new byte[] { 0x5A })]
    [InlineData("unknown type 5", new byte[] { 0x70, 0x05 })]
    [InlineData("type index 0 is not a defined type", new byte[] { 0x70, 0x00 })]
    [InlineData("type index 0 is not a resource type", new byte[] { 0x69, 0x00 })]
    [InlineData("malformed component function result", new byte[] { 0x40, 0x00, 0x02 })]
    [InlineData("function result cannot contain a `borrow` type", new byte[] { 0x40, 0x00, 0x00, 0x02 })]
    [InlineData("malformed declaration in instance type", new byte[] { 0x42, 0x01, 0x03, 0x00 })]
    [InlineData("malformed declaration in component type", new byte[] { 0x41, 0x01, 0x05, 0x00 })]
    [InlineData("malformed resource type", new byte[] { 0x3F, 0x7F, 0x02 })]
    public void Load_BadType_IsRefused(string reason, byte[] type) =>
        Refused(reason, Assemble(Section(TypeSection, Plain, Resource, [0x68, 0x01], type)));

    [Fact]
    public void Load_TooManyFlags_AreRefused() => Refused(
        "cannot have more than 32 flags",
        Assemble(Section(TypeSection, [0x6E, .. Vector([.. Enumerable.Range(0, 33).Select(i => Name($"f{i}"))])])));

    [Theory]
    [InlineData("is not a valid extern name", new byte[] { 0x00, 0x01, 0x5F, 0x01, 0x00 })]
    [InlineData("unknown form", new byte[] { 0x03, 0x01, 0x61, 0x01, 0x00 })]
    [InlineData("type index 1 is not a function type", new byte[] { 0x00, 0x01, 0x61, 0x01, 0x01 })]
    [InlineData("type index 0 is not an instance type", new byte[] { 0x00, 0x01, 0x61, 0x05, 0x00 })]
    [InlineData("type index 0 is not a component type", new byte[] { 0x00, 0x01, 0x61, 0x04, 0x00 })]
    [InlineData("core type index 0 is not a module type", new byte[] { 0x00, 0x01, 0x61, 0x00, 0x11, 0x00 })]
    [InlineData("can be neither imported nor exported", new byte[] { 0x00, 0x01, 0x61, 0x00, 0x00, 0x00 })]
    [InlineData("malformed type bound", new byte[] { 0x00, 0x01, 0x61, 0x03, 0x02 })]
    [InlineData("component-model values", new byte[] { 0x00, 0x01, 0x61, 0x02, 0x01, 0x7F })]
    public void Load_BadImport_IsRefused(string reason, byte[] import) =>
        Refused(reason, Assemble(Section(CoreTypeSection, [0x60, 0x00, 0x00]), Section(TypeSection, Plain, InstanceType()), Section(ImportSection, import)));

    [Theory]
    [InlineData("[constructor]r", 3, null)]
    [InlineData("[constructor]r", 0, "function should return one value")]
    [InlineData("[constructor]r", 4, "function should return `(own $T)`")]
    [InlineData("[constructor]q", 3, "does not match expected resource name `r`")]
    [InlineData("[method]r.m", 5, null)]
    [InlineData("[method]r.m", 0, "at least one argument")]
    [InlineData("[method]r.m", 6, "first argument called `self`")]
    [InlineData("[method]r.m", 7, "first argument of `(borrow $T)`")]
    [InlineData("[static]r.s", 0, null)]
    [InlineData("[static]q.s", 0, "not known in this context")]
    [InlineData("[static]r.r", 0, "conflicts with previous name")]
    public void Load_AnnotatedName_IsHeldToItsPromise(string name, int type, string? reason)
    {
        var bytes = Assemble(
            Section(TypeSection, Plain), Section(ImportSection, ImportResource("r")),
            Section(
                TypeSection, [0x69, 0x01], Function([], Index(2)), Function([], [U32]),
                // The borrow that the method takes is type 8, so methods come behind it.
                Function([("x", [U32])]), Function([("that", [U32])]), Function([("self", [U32])]), [0x68, 0x01], Function([("self", Index(8))])),
            Section(ImportSection, ImportFunction(name, type == 5 ? 9 : type)));
        if (reason is null)
        {
            Assert.True(Component.Load(bytes).Imports[1].Name.IsAnnotated);
            return;
        }
        Refused(reason, bytes);
    }

    [Fact]
    public void FreeResources_OfNestedTypes_AreThoseFromOutside()
    {
        var (free, own) = (ResourceVariable.Declared("free"), ResourceVariable.Declared("own"));
        ComponentValueType borrow = new BorrowType(new ResourceType(free));
        var function = new ComponentFunctionType(
            [new("a", new RecordType([new("x", new ListType(borrow))])), new("b", new TupleType([new OwnType(new ResourceType(own))]))],
            new VariantType([new("v", new OptionType(new ResultType(borrow, null)))]));
        var exports = new ExternList();
        Assert.True(Mik.Components.Model.ExternName.TryParse("f", out var name));
        exports.TryAdd(new(name, new(Sort.Function, function)));

        Assert.Equal([free], FreeResources.Of(new InstanceType(exports, [own]), new WorkBudget()));
        Assert.Equal([free], FreeResources.Of(new ComponentType(new(), exports, [], [own]), new WorkBudget()));
        Assert.Equal(2, FreeResources.Of(exports, new WorkBudget()).Count);
    }

    private static void Refused(string reason, byte[] bytes)
    {
        var error = Assert.Throws<InvalidComponentException>(() => Component.Load(bytes));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }
}
