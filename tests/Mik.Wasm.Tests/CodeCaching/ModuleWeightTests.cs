using Mik.Wasm.CodeCaching;
using static Mik.Wasm.Tests.ModuleBytes;

namespace Mik.Wasm.Tests.CodeCaching;

public sealed class ModuleWeightTests
{
    private static readonly byte[] Data = [1, 1, .. Unsigned(50_000), .. new byte[50_000]];

    [Fact]
    public void DataAndCustomSections_WeighNothing()
    {
        var light = Module(Section(1, [1, .. FunctionType([], [])]), Section(3, 1, 0), Section(12, 1), Code());

        var heavy = Module(Section(1, [1, .. FunctionType([], [])]), Section(3, 1, 0), Section(12, 1), Code(), Section(11, Data), Section(0, new byte[900]));

        Assert.Equal((light.Length, light.Length), (ModuleWeight.Of(light), ModuleWeight.Of(heavy)));
    }

    [Theory]
    [InlineData(new byte[] { 11 })]
    [InlineData(new byte[] { 11, 0x80 })]
    [InlineData(new byte[] { 11, 5, 1 })]
    [InlineData(new byte[] { 11, 0xff, 0xff, 0xff, 0xff, 0xff })]
    public void DamagedModule_WeighsAllThatItHas(byte[] end)
    {
        byte[] damaged = [.. Preamble, .. end];

        Assert.Equal(damaged.Length, ModuleWeight.Of(damaged));
    }
}
