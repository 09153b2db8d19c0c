using System.Runtime.CompilerServices;
using Mik.Testing;
using Mik.Wasm.Debugging;
using Mik.Wasm.Execution;
using Mik.Wasm.Instantiation;
using Mik.Wasm.Model;
using Mik.Wasm.Tests.Translation;
using Mik.Wasm.Validation;

namespace Mik.Wasm.Tests.Instantiation;

public sealed class ModuleLifetimeTests
{
    [Fact]
    public void Code_OfDroppedModules_IsUnloaded()
    {
        var assemblies = Enumerable.Range(0, 1000).Select(_ => RunOnce()).ToArray();

        for (var i = 0; i < 20 && Array.Exists(assemblies, assembly => assembly.IsAlive); i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.Equal(0, assemblies.Count(assembly => assembly.IsAlive));
    }

    [Fact]
    public void Code_OfADroppedModuleWhoseLinesWereRead_IsUnloaded()
    {
        var assemblies = Enumerable.Range(0, 10).Select(_ => TrapOnce()).ToArray();

        for (var i = 0; i < 20 && Array.Exists(assemblies, assembly => assembly.IsAlive); i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.Equal(0, assemblies.Count(assembly => assembly.IsAlive));
    }

    [Fact]
    public void Code_OfLivingInstance_StaysLoaded()
    {
        using var store = new Store();
        var function = InstantiateOnly(store);

        for (var i = 0; i < 5; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.Equal(42, function.Invoke()[0].AsI32);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference RunOnce()
    {
        var module = CompiledModule.Compile(Answer().ToModule());
        using var store = new Store();
        var instance = module.Instantiate(store);
        Assert.Equal(42, instance.GetFunction("answer")!.Invoke()[0].AsI32);
        return new WeakReference(((Wasm.Translation.TranslatedModule)module.Template.Code).Type.Assembly);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference TrapOnce()
    {
        var module = CompiledModule.Compile(WasmModule.Load(File.ReadAllBytes(RepositoryRoot.Combine("guests", "lines", "core5.wasm"))));
        using var store = new Store();
        var instance = module.Instantiate(store);
        var trap = Assert.Throws<Trap>(() => instance.GetFunction("divide")!.Invoke(WasmValue.I32(0)));
        Assert.True(GuestTrace.Of(trap, most: 32).Frames[0].Line > 0);
        return new WeakReference(((Wasm.Translation.TranslatedModule)module.Template.Code).Type.Assembly);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static FunctionInstance InstantiateOnly(Store store) =>
        CompiledModule.Compile(Answer().ToModule()).Instantiate(store).GetFunction("answer")!;

    private static ModuleBuilder Answer()
    {
        var builder = new ModuleBuilder();
        builder.Function("answer", [], [Op.TypeI32], Op.I32Const, 42);
        return builder;
    }
}
