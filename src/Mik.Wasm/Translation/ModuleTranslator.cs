using System.Reflection;
using Mik.Wasm.Execution;
using Mik.Wasm.Model;
using Il = System.Reflection.Emit.OpCodes;

namespace Mik.Wasm.Translation;

/// <summary>Translates a validated module to CIL: one static method per function, compiled to machine code when it first runs.</summary>
internal static class ModuleTranslator
{
    private const int CodePointersPerMethod = 1000;

    /// <summary>Translates a module; the code unloads when nothing refers to the result and no pointer of it is in use.</summary>
    /// <exception cref="InvalidModuleException">A function is beyond what a CIL method can hold.</exception>
    /// <exception cref="NotSupportedException">An instruction has no translation.</exception>
    public static TranslatedModule Translate(WasmModule module)
    {
        var layout = new ContextLayout(module);
        var translation = new ModuleTranslation(module, layout, new CollectibleBackend());
        for (var i = 0; i < module.Bodies.Length; i++)
        {
            translation.Translate(i);
        }
        var classes = new Type[translation.Classes.Length];
        for (var i = 0; i < classes.Length; i++)
        {
            EmitCodePointers(translation, i);
            classes[i] = translation.Classes[i].CreateType();
        }
        return new TranslatedModule(layout, classes, translation.WritesTables);
    }

    private static void EmitCodePointers(ModuleTranslation translation, int classIndex)
    {
        var (first, count) = translation.FunctionsOf(classIndex).GetOffsetAndLength(translation.Module.Bodies.Length);
        for (var part = 0; part < count; part += CodePointersPerMethod)
        {
            var method = translation.Classes[classIndex].DefineMethod(
                TranslatedModule.CodePointersName(part / CodePointersPerMethod), MethodAttributes.Static | MethodAttributes.Assembly,
                typeof(void), [typeof(nint)]);
            // Runs once: optimizing it would only cost time.
            method.SetImplementationFlags(MethodImplAttributes.NoOptimization | MethodImplAttributes.NoInlining);
            EmitCodePointers(
                new IlWriter(method.GetILGenerator()), translation, first + part, first + Math.Min(part + CodePointersPerMethod, count));
        }
    }

    private static void EmitCodePointers(IlWriter il, ModuleTranslation translation, int start, int end)
    {
        for (var i = start; i < end; i++)
        {
            il.LoadArgument(0);
            il.LoadInt32(i * sizeof(long));
            il.Emit(Il.Add);
            il.LoadFunction(translation.MethodOf(translation.Module.ImportedFunctionCount + i));
            il.Emit(Il.Stind_I);
        }
        il.Emit(Il.Ret);
    }
}
