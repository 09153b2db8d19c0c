using System.Diagnostics;
using Mik.Components.Model;
using static Mik.Components.Decoding.ComponentLoading;
using static Mik.Components.Tests.ComponentBytes;

namespace Mik.Components.Tests.Decoding;

/// <summary>Components made to exhaust a decoder: small in bytes, huge in what they mean.</summary>
public sealed class HostileComponentTests
{
    [Fact]
    public void Load_ComponentsInComponents_StopAtTheLimit()
    {
        Assert.Single(Component.Load(Nest(99)).Definitions);
        Refused(Nest(100), "nesting is too deep");
        Refused(Nest(20_000), "nesting is too deep");
    }

    [Fact]
    public void Load_TypesInTypes_StopAtTheLimit()
    {
        var type = InstanceType();
        for (var i = 0; i < 50_000; i++)
        {
            type = [0x42, 0x01, 0x01, .. type];
            if (type.Length > 150_000)
            {
                break;
            }
        }
        Refused(Assemble(Section(TypeSection, type)), "nesting is too deep");
    }

    [Fact]
    public void Load_LongChainOfOptions_IsTooDeep() =>
        Refused(Chain(0x6B), "type nesting is too deep");

    [Fact]
    public void Load_LongChainOfInstanceTypes_IsTooDeep()
    {
        var types = new List<byte[]> { InstanceType() };
        for (var i = 0; i < 1_000; i++)
        {
            types.Add(InstanceType(DeclareOuterType(1, i), DeclareInstance("a", 0)));
        }
        Refused(Assemble(Section(TypeSection, [.. types])), "type nesting is too deep");
    }

    [Fact]
    public void Load_DoublingTuples_ExceedTheSizeOfAValue()
    {
        var types = new List<byte[]> { Tuple([U32], [U32]) };
        for (var i = 0; i < 60; i++)
        {
            types.Add(Tuple(Index(i), Index(i)));
        }
        Refused(Assemble(Section(TypeSection, [.. types])), "effective type size exceeds the limit");
    }

    [Theory]
    [InlineData(0x70)]
    [InlineData(0x6B)]
    public void Load_DoublingResults_ExceedTheSizeOfAType(byte form)
    {
        var types = new List<byte[]> { new byte[] { form, U32 } };
        for (var i = 0; i < 60; i++)
        {
            types.Add([0x6A, 0x01, .. Index(i), 0x01, .. Index(i)]);
        }
        Refused(Assemble(Section(TypeSection, [.. types])), "effective type size exceeds the limit");
    }

    [Fact]
    public void Load_DoublingInstanceTypes_ExceedTheSizeOfAType()
    {
        var types = new List<byte[]> { InstanceType() };
        for (var i = 0; i < 60; i++)
        {
            types.Add(InstanceType(DeclareOuterType(1, i), DeclareInstance("a", 0), DeclareInstance("b", 0)));
        }
        Refused(Assemble(Section(TypeSection, [.. types])), "effective type size exceeds the limit");
    }

    [Fact]
    public void Load_LargeInstanceImportedOften_EndsSoon()
    {
        // 20,000 functions over a resource, 900 times: 18 million functions with types of their own when written out.
        byte[][] declarations =
        [
            DeclareResource("r"),
            DeclareType([0x68, 0x00]),
            DeclareType(Function([("self", Index(1))])),
            .. Enumerable.Range(0, 20_000).Select(i => DeclareFunction($"f{i}", 2)),
        ];
        var bytes = Assemble(
            Section(TypeSection, InstanceType(declarations)),
            Section(ImportSection, [.. Enumerable.Range(0, 900).Select(i => ImportInstance($"i{i}", 0))]));

        Refused(bytes, "too complex");
    }

    [Fact]
    public void Load_CountsWithoutContents_AllocateNothing()
    {
        byte[] huge = [0xFF, 0xFF, 0xFF, 0xFF, 0x0F];
        foreach (var section in new byte[] { 2, 3, 5, 6, 7, 8, 10, 11 })
        {
            Refused(Assemble(RawSection(section, huge)), "length out of bounds");
        }
        Refused(Assemble(RawSection(TypeSection, [0x01, 0x72, .. huge])), "length out of bounds");
        Refused(Assemble(RawSection(InstanceSection, [0x01, 0x01, .. huge])), "length out of bounds");
    }

    [Fact]
    public void Load_OneModuleInstantiatedOften_IsRefused()
    {
        byte[] module = [0x00, 0x61, 0x73, 0x6D, 0x01, 0x00, 0x00, 0x00];
        byte[] once = [0x00, 0x00, 0x00];
        OverLimit(
            Assemble(RawSection(CoreModuleSection, module), Section(CoreInstanceSection, [.. Enumerable.Repeat(once, 10_000)])),
            "more than the limit of 1000 core instances");
    }

    [Fact]
    public void Load_ComponentsThatInstantiateOthersTenTimes_AreRefusedAsInstances()
    {
        var component = Assemble();
        byte[] once = [0x00, 0x00, 0x00];
        for (var i = 0; i < 6; i++)
        {
            component = Assemble(RawSection(ComponentSection, component), Section(InstanceSection, [.. Enumerable.Repeat(once, 10)]));
        }

        OverLimit(component, " instances, above the limit of 10000");
    }

    [Fact]
    public void Load_LargeModuleInstantiatedOften_IsRefusedForTheBytesOfItsInstances()
    {
        // 20,000 globals take 320 KB in each of 900 instances.
        byte[] globals = Join(Number(20_000), [.. Enumerable.Repeat<byte[]>([0x7F, 0x00, 0x41, 0x00, 0x0B], 20_000).SelectMany(global => global)]);
        byte[] module = Join([0x00, 0x61, 0x73, 0x6D, 0x01, 0x00, 0x00, 0x00], RawSection(6, globals));
        byte[] once = [0x00, 0x00, 0x00];
        OverLimit(
            Assemble(RawSection(CoreModuleSection, module), Section(CoreInstanceSection, [.. Enumerable.Repeat(once, 900)])),
            " bytes of instances, above the limit of ");
    }

    [Fact]
    public void Load_ManyDefinitionsInAFewBytes_AreRefused()
    {
        byte[] list = [0x70, U32];
        OverLimit(Assemble(Section(TypeSection, [.. Enumerable.Repeat(list, 300_000)])), " bytes of declarations in memory, above the limit of ");
        OverLimit(Assemble(Section(TypeSection, [.. Enumerable.Repeat(InstanceType(), 100_000)])), " bytes of declarations in memory, above the limit of ");
    }

    [Fact]
    public void Load_ManyModulesOfAMegabyteOfNothing_ShareOneLimit()
    {
        // 25,000 functions each, which one module of this size may have.
        byte[] functions = Join(Number(25_000), new byte[25_000]);
        byte[] code = Join(Number(25_000), [.. Enumerable.Repeat<byte[]>([0x02, 0x00, 0x0B], 25_000).SelectMany(body => body)]);
        byte[] module = Join(
            [0x00, 0x61, 0x73, 0x6D, 0x01, 0x00, 0x00, 0x00, 0x01, 0x04, 0x01, 0x60, 0x00, 0x00], RawSection(3, functions), RawSection(10, code));

        Assert.Equal(25_000, Component.Load(Assemble(RawSection(CoreModuleSection, module))).CoreFunctionCount);
        OverLimit(Assemble(RawSection(CoreModuleSection, module), RawSection(CoreModuleSection, module)), "50000 functions, above the limit of 3");
    }

    private static void OverLimit(byte[] bytes, string reason)
    {
        var error = Assert.Throws<InvalidComponentException>(() => Component.Load(bytes));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.Equal(InvalidComponentKind.OverLimit, error.Kind);
    }

    private static byte[] Nest(int count)
    {
        var component = Assemble();
        for (var i = 0; i < count; i++)
        {
            component = Assemble(RawSection(ComponentSection, component));
        }
        return component;
    }

    private static byte[] Chain(byte form)
    {
        var types = new List<byte[]> { new byte[] { form, U32 } };
        for (var i = 0; i < 100_000; i++)
        {
            types.Add([form, .. Index(i)]);
        }
        return Assemble(Section(TypeSection, [.. types]));
    }

    private static void Refused(byte[] bytes, string reason)
    {
        var start = Stopwatch.GetTimestamp();
        var error = Assert.Throws<InvalidComponentException>(() => Component.Load(bytes));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        // Generous: the point is seconds against hours.
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0, 60);
    }
}
