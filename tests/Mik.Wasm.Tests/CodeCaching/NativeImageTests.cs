using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using Mik.Wasm.CodeCaching;
using Mik.Wasm.Tests.Translation;
using Mik.Wasm.Translation;

namespace Mik.Wasm.Tests.CodeCaching;

/// <summary>Functions beyond what the just-in-time compiler optimizes keep the machine code that they were given.</summary>
public sealed class NativeImageTests
{
    private const int BeyondTheCompiler = 20_000;
    private const byte Nop = 0x01;

    [Fact]
    public void KeepCode_MarksLargeFunctions_AndNoOthers()
    {
        var builder = new ModuleBuilder();
        builder.Function("small", [], [Op.TypeI32], Op.I32Const, 42);
        builder.Function("large", [], [Op.TypeI32], [.. Enumerable.Repeat(Nop, BeyondTheCompiler), Op.I32Const, 43]);
        var image = ModuleTranslator.Save(builder.ToModule()).Assembly;

        NativeImage.KeepCode(image, ModuleTranslation.IsLargeBody);

        using var portable = new PEReader(new MemoryStream(image));
        var metadata = portable.GetMetadataReader();
        var methods = metadata.MethodDefinitions.Select(metadata.GetMethodDefinition).ToDictionary(
            method => metadata.GetString(method.Name), method => method.ImplAttributes);
        Assert.Contains(methods, method => ModuleTranslation.IsLargeBody(method.Key));
        Assert.All(
            methods, method => Assert.Equal(ModuleTranslation.IsLargeBody(method.Key), method.Value.HasFlag(MethodImplAttributes.AggressiveOptimization)));
    }
}
