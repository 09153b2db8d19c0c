using System.Reflection;
using Mik.Wasm.Execution;
using Mik.Wasm.Model;
using Mik.Wasm.Translation;

namespace Mik.Conformance.Tests.IlProof;

/// <summary>Translates modules and proves every method of theirs.</summary>
internal static class ModuleProver
{
    private const string BodySuffix = " (body)";

    /// <summary>What is wrong with the code that a module becomes; empty when all is proved.</summary>
    public static List<string> Prove(WasmModule module) =>
        [.. MethodsOf(module).SelectMany(item => new MethodProver(item.Method, item.Code).Prove())];

    /// <summary>The emitted methods of a module's functions.</summary>
    public static IEnumerable<(MethodUnderProof Method, List<IlInstruction> Code)> MethodsOf(WasmModule module)
    {
        var translated = ModuleTranslator.Translate(module);
        var function = module.ImportedFunctionCount;
        foreach (var type in translated.Classes)
        {
            var types = new Dictionary<string, FunctionType>(StringComparer.Ordinal);
            var methods = type.GetMethods(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.DeclaredOnly).OrderBy(method => method.MetadataToken);
            foreach (var method in methods.Where(method => method.Name[0] != '\u0001'))
            {
                if (!method.Name.EndsWith(BodySuffix, StringComparison.Ordinal) || !types.TryGetValue(method.Name[..^BodySuffix.Length], out var functionType))
                {
                    functionType = module.FunctionTypeOf(function++);
                    types.TryAdd(method.Name, functionType);
                }
                yield return (Describe(method, functionType, module, translated.Layout), IlReader.Read(method));
            }
        }
        Assert.Equal(module.FunctionCount, function);
        GC.KeepAlive(translated);
    }

    private static MethodUnderProof Describe(MethodInfo method, FunctionType type, WasmModule module, ContextLayout layout) => new(
        method.Name, module, layout, method.GetParameters().Length, method.GetMethodBody()!.LocalVariables.Count,
        type.Results.Length > 1 ? (type.Results.Length - 1) * CallSignature.ResultSlotSize : 0);
}
