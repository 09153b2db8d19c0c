using System.Reflection;
using System.Reflection.Emit;
using Mik.Wasm.Execution;
using Mik.Wasm.Model;
using Il = System.Reflection.Emit.OpCodes;

namespace Mik.Wasm.Translation;

/// <summary>Translates a validated module to CIL: one static method per function, compiled to machine code when it first runs.</summary>
internal static class ModuleTranslator
{
    private const string OwnerName = "Guest";
    private const int CodePointersPerMethod = 1000;

    /// <summary>Translates a module; the code unloads when nothing refers to the result and no pointer of it is in use.</summary>
    /// <exception cref="InvalidModuleException">A function is beyond what a CIL method can hold.</exception>
    /// <exception cref="NotSupportedException">An instruction has no translation.</exception>
    public static TranslatedModule Translate(WasmModule module)
    {
        var backend = new CollectibleBackend();
        var owner = backend.DefineType(OwnerName);
        var layout = new ContextLayout(module);
        var translation = new ModuleTranslation(module, layout, owner);
        for (var i = 0; i < module.Bodies.Length; i++)
        {
            translation.Translate(i);
        }
        var parts = EmitCodePointers(translation, owner);
        return new TranslatedModule(layout, owner.CreateType(), parts);
    }

    private static int EmitCodePointers(ModuleTranslation translation, TypeBuilder owner)
    {
        var module = translation.Module;
        var parts = 0;
        for (var first = 0; first < module.Bodies.Length; first += CodePointersPerMethod, parts++)
        {
            var method = owner.DefineMethod(
                TranslatedModule.CodePointersName(parts), MethodAttributes.Static | MethodAttributes.Assembly,
                typeof(void), [typeof(nint)]);
            // Runs once: optimizing it would only cost time.
            method.SetImplementationFlags(MethodImplAttributes.NoOptimization | MethodImplAttributes.NoInlining);
            var il = new IlWriter(method.GetILGenerator());
            for (var i = first; i < Math.Min(first + CodePointersPerMethod, module.Bodies.Length); i++)
            {
                il.LoadArgument(0);
                il.LoadInt32(i * sizeof(long));
                il.Emit(Il.Add);
                il.LoadFunction(translation.MethodOf(module.ImportedFunctionCount + i));
                il.Emit(Il.Stind_I);
            }
            il.Emit(Il.Ret);
        }
        return parts;
    }
}
