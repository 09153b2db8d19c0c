using System.Diagnostics;
using Mik.Components.Model;
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
