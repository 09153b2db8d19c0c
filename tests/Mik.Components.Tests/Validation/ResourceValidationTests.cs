using Mik.Components.Linking;
using Mik.Components.Model;
using static Mik.Components.Decoding.ComponentLoading;
using static Mik.Components.Tests.ComponentBytes;

namespace Mik.Components.Tests.Validation;

public sealed class ResourceValidationTests
{
    private static readonly byte[] LocalResource = [0x3F, 0x7F, 0x00];

    [Fact]
    public void Load_DefinedResource_HasItsTypeIndexAsOrigin()
    {
        var component = Component.Load(Assemble(
            Section(TypeSection, [0x6F, 0x01, U32], LocalResource),
            Section(ExportSection, Export("r", 0x03, 1))));

        var definition = Assert.Single(component.Definitions.OfType<ResourceDefinition>());
        Assert.Equal(1, definition.Variable.TypeIndex);
        Assert.Equal([definition.Variable], component.Resources);
        Assert.Equal([definition.Variable], component.Type.ExportedResources);
        // The export is a further name for the same resource.
        var exported = Assert.IsType<ResourceType>(component.Exports[0].Type.Type);
        Assert.Same(definition.Variable, exported.Variable);
        Assert.Equal(3, component.Types.Length);
    }

    [Fact]
    public void Load_ResourceThatIsNotExported_IsNoPartOfTheType()
    {
        var component = Component.Load(Assemble(Section(TypeSection, LocalResource)));
        Assert.Empty(component.Type.ExportedResources);
        Assert.Single(component.Resources);
    }

    [Fact]
    public void Load_TwoImportsOfOneInstanceType_HaveDifferentResources()
    {
        var component = Component.Load(Assemble(
            Section(TypeSection, InstanceType(DeclareResource("r"))),
            Section(ImportSection, ImportInstance("a", 0), ImportInstance("b", 0))));

        Assert.Equal(2, component.Resources.Length);
        Assert.Equal([(0, "a.r"), (1, "b.r")], component.Resources.Select(resource => (resource.InstanceIndex, resource.Name)));
        Assert.All(component.Resources, resource => Assert.Equal(["r"], resource.Path));
        Assert.Equal(component.Resources, component.Type.ImportedResources);
    }

    [Fact]
    public void Load_InstanceInAnInstance_GivesThePathToItsResource()
    {
        var component = Component.Load(Assemble(
            Section(TypeSection, InstanceType(DeclareType(InstanceType(DeclareResource("r"))), DeclareInstance("inner", 0))),
            Section(ImportSection, ImportInstance("a", 0))));

        Assert.Equal(["inner", "r"], Assert.Single(component.Resources).Path);
    }

    [Fact]
    public void Load_TwoInstancesOfAComponent_MakeDifferentResources()
    {
        var child = Assemble(Section(TypeSection, LocalResource), Section(ExportSection, Export("r", 0x03, 0)));
        var component = Component.Load(Assemble(
            RawSection(ComponentSection, child),
            Section(InstanceSection, [0x00, 0x00, 0x00], [0x00, 0x00, 0x00])));

        Assert.Equal([0, 1], component.Resources.Select(resource => resource.InstanceIndex));
        Assert.All(component.Resources, resource => Assert.Equal(["r"], resource.Path));
    }

    [Fact]
    public void Load_TypeOfImportedResource_IsSubstitutedByTheArgument()
    {
        // (component (import "r" (type (sub resource))) (export "r2" (type 0))), given the parent's own resource.
        var child = Assemble(Section(ImportSection, ImportResource("r")), Section(ExportSection, Export("r2", 0x03, 0)));
        var component = Component.Load(Assemble(
            RawSection(ComponentSection, child),
            Section(TypeSection, LocalResource),
            Section(InstanceSection, Join([0x00, 0x00], Vector(Join(Name("r"), [0x03, 0x00])))),
            Section(AliasSection, Join([0x03, 0x00, 0x00], Name("r2")))));

        var own = Assert.IsType<ResourceType>(component.Types[0]);
        var alias = Assert.IsType<ResourceType>(component.Types[1]);
        Assert.Same(own.Variable, alias.Variable);
    }

    [Theory]
    [InlineData(0x02, "not a local resource")]
    [InlineData(0x04, "not a local resource")]
    [InlineData(0x03, null)]
    public void Load_BuiltInOfImportedResource_IsForItsOwnerOnly(byte builtIn, string? reason)
    {
        var bytes = Assemble(
            Section(ImportSection, ImportResource("r")), Section(CanonicalSection, [builtIn, 0x00]));
        if (reason is null)
        {
            Assert.IsType<CanonResourceDrop>(Component.Load(bytes).Definitions[1]);
            return;
        }
        var error = Assert.Throws<InvalidComponentException>(() => Component.Load(bytes));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_AscribedSubResource_HidesTheResource()
    {
        var component = Component.Load(Assemble(
            Section(TypeSection, LocalResource),
            Section(ExportSection, Export("r1", 0x03, 0), Join(ExternName("r2"), [0x03, 0x00, 0x01, 0x03, 0x01]))));

        Assert.Equal(2, component.Type.ExportedResources.Length);
        var hidden = Assert.IsType<ResourceType>(component.Exports[1].Type.Type).Variable;
        Assert.Equal(2, hidden.TypeIndex);
        Assert.NotSame(Assert.IsType<ResourceType>(component.Exports[0].Type.Type).Variable, hidden);
        using var instance = CompiledComponent.Compile(component, new Linker()).Instantiate();
    }

    [Fact]
    public void Load_AscribedSubResource_IsNotTheResourceOfTheOtherExport()
    {
        // A child that wants one resource under two names: from outside, r1 and r2 are two.
        var child = Assemble(Section(ImportSection, ImportResource("a"), Join(ExternName("b"), [0x03, 0x00, 0x00])));
        var parent = Assemble(
            Section(TypeSection, LocalResource),
            Section(ExportSection, Export("r1", 0x03, 0), Join(ExternName("r2"), [0x03, 0x00, 0x01, 0x03, 0x01])));
        byte[] Pass(string first, string second) => Assemble(
            RawSection(ComponentSection, parent),
            RawSection(ComponentSection, child),
            Section(InstanceSection, [0x00, 0x00, 0x00]),
            Section(AliasSection, [0x03, 0x00, 0x00, .. Name(first)], [0x03, 0x00, 0x00, .. Name(second)]),
            Section(InstanceSection, [0x00, 0x01, 0x02, .. Name("a"), 0x03, 0x00, .. Name("b"), 0x03, 0x01]));

        Component.Load(Pass("r1", "r1"));
        Component.Load(Pass("r2", "r2"));
        var error = Assert.Throws<InvalidComponentException>(() => Component.Load(Pass("r1", "r2")));
        Assert.Contains("type mismatch for import `b`", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_ResourceOfParentInComponent_IsRefused()
    {
        var child = Assemble(Section(AliasSection, [0x03, 0x02, 0x01, 0x00]));
        var error = Assert.Throws<InvalidComponentException>(() => Component.Load(
            Assemble(Section(TypeSection, LocalResource), RawSection(ComponentSection, child))));
        Assert.Contains("refers to resources not defined in the current component", error.Message, StringComparison.Ordinal);
    }
}
