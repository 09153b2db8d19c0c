using System.Reflection;
using System.Runtime.CompilerServices;
using Mik.Conformance.Tests.Suites;
using Mik.Testing;
using Mik.Wasm.Model;
using Mik.Wasm.Translation;
using Mik.Wasm.Validation;

namespace Mik.Conformance.Tests.Core;

/// <summary>Damages the suite's modules: loading them gives a module or the one exception for bad modules.</summary>
public sealed class CoreMutationTests
{
    private const int MutantsPerGroup = 20_000;
    private const int TranslatedMutantsPerGroup = 4_000;
    private const int LargestModule = 4_000;

    public static TheoryData<string> Groups => [.. CoreSuite.Groups];

    [ConformanceTheory]
    [MemberData(nameof(Groups))]
    public void Load_MutatedSuiteModules_GiveAModuleOrInvalidModuleException(string group)
    {
        var corpus = SuiteArchive.Open(CoreSuite.Name, group).Modules.Where(module => module.Length <= LargestModule).ToArray();
        var mutator = new ModuleMutator(seed: 4711, corpus);
        for (var i = 0; i < MutantsPerGroup; i++)
        {
            var bytes = mutator.Next();
            try
            {
                WasmModule.Load(bytes, WasmFeatures.All);
            }
            catch (InvalidModuleException error)
            {
                Assert.InRange(error.Offset, 0, bytes.Length);
            }
        }
    }

    /// <summary>The translator trusts the validator: what one accepts, the other must turn into code that the runtime compiles.</summary>
    [ConformanceTheory]
    [InlineData("core")]
    [InlineData("bulk-memory")]
    [InlineData("multi-memory")]
    public void Translate_MutantsThatValidate_GiveCodeThatCompiles(string group)
    {
        var corpus = SuiteArchive.Open(CoreSuite.Name, group).Modules.Where(module => module.Length <= LargestModule).ToArray();
        var mutator = new ModuleMutator(seed: 815, corpus) { KeepsLength = true };
        for (var i = 0; i < TranslatedMutantsPerGroup; i++)
        {
            if (TryLoad(mutator.Next()) is { } module)
            {
                CompileAll(module);
            }
        }
    }

    private static void CompileAll(WasmModule module)
    {
        var code = ModuleTranslator.Translate(module).Type;
        foreach (var method in code.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
        {
            RuntimeHelpers.PrepareMethod(method.MethodHandle);
        }
    }

    private static WasmModule? TryLoad(byte[] bytes)
    {
        try
        {
            return WasmModule.Load(bytes);
        }
        catch (InvalidModuleException)
        {
            return null;
        }
    }
}
