using Mik.Components.HostBinding;
using Mik.Components.Linking;
using Mik.Components.Model;
using static Mik.Components.Decoding.ComponentLoading;
using static Mik.Components.Tests.ComponentBytes;

namespace Mik.Components.Tests.Linking;

/// <summary>What the linker says when a component and the host do not fit.</summary>
public sealed class LinkerTests
{
    [Fact]
    public void Compile_InterfaceMissing_NamesItAndWhatThereIs()
    {
        var problems = ProblemsOf(Importing("test:host/clock@1.2.0", "now"), new Linker().AddInterface(typeof(Counter)));
        var problem = Assert.Single(problems);
        Assert.Equal("test:host/clock@1.2.0", problem.Import);
        Assert.Contains("test:host/counter", problem.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Compile_FunctionsMissingAndOfOtherShapes_NamesAllOfThem()
    {
        var problems = ProblemsOf(Importing("test:host/counter@1.2.0", "step-up", "step-down", "take-text"), new Linker().AddInterface(typeof(Counter)));
        Assert.Equal(["test:host/counter@1.2.0#step-down", "test:host/counter@1.2.0#take-text"], problems.Select(problem => problem.Import));
        Assert.Contains("Counter.StepDown", problems[0].Reason, StringComparison.Ordinal);
        Assert.Contains("Counter.TakeText: parameter x: u32 needs UInt32, not String", problems[1].Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1.0.0", true)]
    [InlineData("1.9.3", true)]
    [InlineData("2.0.0", false)]
    [InlineData("0.1.0", false)]
    public void Compile_Version_MustBeOfTheTrack(string version, bool fits)
    {
        var component = Importing("test:host/counter@" + version, "step-up");
        var linker = new Linker().AddInterface(typeof(Counter), "1");
        if (fits)
        {
            using var instance = CompiledComponent.Compile(component, linker).Instantiate();
        }
        else
        {
            Assert.Contains("version 1.x", Assert.Single(ProblemsOf(component, linker)).Reason, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Compile_DynamicFunctionOfAnInstance_IsFound()
    {
        var component = Importing("test:host/clock@1.2.0", "now");
        using var instance = CompiledComponent.Compile(component, new Linker().Define("test:host/clock@1.2.0#now", _ => 1u)).Instantiate();
        Assert.Null(instance.GetFunction("anything"));
    }

    [Fact]
    public void AddInterface_ClassWithoutAttribute_IsRefused() =>
        Assert.Throws<ArgumentException>(() => new Linker().AddInterface(typeof(LinkerTests)));

    [Fact]
    public void BindExport_Missing_IsNull()
    {
        var compiled = CompiledComponent.Compile(Importing("test:host/counter@1.2.0", "step-up"), new Linker().AddInterface(typeof(Counter)));
        Assert.Null(compiled.BindExport<Action<ComponentInstance>>("test:host/handler", "handle"));
        Assert.Null(compiled.BindExport<Action<ComponentInstance>>("", "handle"));
    }

    private static IReadOnlyList<LinkProblem> ProblemsOf(Component component, Linker linker) =>
        Assert.Throws<ComponentLinkException>(() => CompiledComponent.Compile(component, linker)).Problems;

    /// <summary>A component that imports functions (x: u32) -> u32 of one instance.</summary>
    private static Component Importing(string instance, params string[] functions) => Component.Load(Assemble(
        Section(TypeSection, InstanceType(
        [
            DeclareType(Function([("x", [U32])], [U32])),
            .. functions.Select(function => DeclareFunction(function, 0)),
        ])),
        Section(ImportSection, ImportInstance(instance, 0))));
}

/// <summary><c>test:host/counter</c>.</summary>
[WitInterface("test:host/counter")]
public static class Counter
{
    public static uint StepUp(uint x) => x + 1;

    public static uint TakeText(string x) => (uint)x.Length;
}
