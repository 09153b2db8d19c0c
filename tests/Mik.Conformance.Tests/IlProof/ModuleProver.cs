using System.Reflection;
using Mik.Wasm.Decoding;
using Mik.Wasm.Execution;
using Mik.Wasm.Model;
using Mik.Wasm.Opcodes;
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
        var functions = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < module.Bodies.Length; i++)
        {
            var name = GuestNames.MethodNameOf(module, module.ImportedFunctionCount + i);
            functions[name] = functions[name + BodySuffix] = i;
        }
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
                yield return (Describe(method, functionType, module, translated.Layout, functions), IlReader.Read(method));
            }
        }
        Assert.Equal(module.FunctionCount, function);
        GC.KeepAlive(translated);
    }

    private static MethodUnderProof Describe(
        MethodInfo method, FunctionType type, WasmModule module, ContextLayout layout, Dictionary<string, int> functions) => new(
        method.Name, module, layout, method.GetParameters().Length, method.GetMethodBody()!.LocalVariables.Count,
        type.Results.Length > 1 ? (type.Results.Length - 1) * CallSignature.ResultSlotSize : 0,
        type.Results.Skip(1).Count(FunctionThunks.IsObject), functions, ReferenceCallsOf(module, functions[method.Name]));

    private static int ReferenceCallsOf(WasmModule module, int definedIndex)
    {
        var count = 0;
        var reader = new InstructionReader(module, module.Bodies[definedIndex]);
        while (reader.Read(out var instruction))
        {
            count += instruction.Opcode is Opcode.CallRef or Opcode.ReturnCallRef ? 1 : 0;
        }
        return count;
    }
}
