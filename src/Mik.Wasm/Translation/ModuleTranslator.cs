using System.Reflection;
using System.Reflection.Emit;
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
    /// <param name="module">The module.</param>
    /// <param name="exceptions">Whether the code must look for exceptions though the module makes none.</param>
    public static TranslatedModule Translate(WasmModule module, bool exceptions = false)
    {
        var translation = new ModuleTranslation(module, new ContextLayout(module), EmissionTarget.Collectible(), exceptions);
        return new TranslatedModule(translation.Layout, Emit(translation), translation.WritesTables, translation.KnowsExceptions);
    }

    /// <summary>Translates a module to the bytes of an assembly.</summary>
    /// <inheritdoc cref="Translate"/>
    public static SavedTranslation Save(WasmModule module, bool exceptions = false)
    {
        var target = EmissionTarget.Persisted();
        var translation = new ModuleTranslation(module, new ContextLayout(module), target, exceptions);
        var classes = Emit(translation);
        using var assembly = new MemoryStream();
        ((PersistedAssemblyBuilder)target.Assembly).Save(assembly);
        return new SavedTranslation(assembly.ToArray(), classes.Length, translation.WritesTables, translation.KnowsExceptions);
    }

    /// <summary>Where the CIL of a defined function's instructions begins, and where in the module each is; the same as in code made before.</summary>
    /// <inheritdoc cref="Translate"/>
    public static List<(int Il, int Position)> PositionsOf(WasmModule module, int definedIndex, bool exceptions) =>
        new ModuleTranslation(module, new ContextLayout(module), EmissionTarget.Collectible(), exceptions).PositionsOf(definedIndex);

    private static Type[] Emit(ModuleTranslation translation)
    {
        for (var i = 0; i < translation.Module.Bodies.Length; i++)
        {
            translation.Translate(i);
        }
        var classes = new Type[translation.Classes.Length];
        for (var i = 0; i < classes.Length; i++)
        {
            EmitCodePointers(translation, i);
            EmitCompilations(translation, i);
            classes[i] = translation.Classes[i].CreateType();
        }
        return classes;
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

    private static void EmitCompilations(ModuleTranslation translation, int classIndex)
    {
        var (first, count) = translation.FunctionsOf(classIndex).GetOffsetAndLength(translation.Module.Bodies.Length);
        var number = 0;
        foreach (var function in translation.LongFunctions.Where(function => function >= first && function < first + count))
        {
            var method = translation.Classes[classIndex].DefineMethod(
                TranslatedModule.CompileName(number++), MethodAttributes.Static | MethodAttributes.Assembly, typeof(void), []);
            method.SetImplementationFlags(MethodImplAttributes.NoOptimization | MethodImplAttributes.NoInlining);
            var il = new IlWriter(method.GetILGenerator());
            il.LoadToken(translation.BodyOf(function));
            il.Call(WellKnownMethods.RuntimeOperation(nameof(RuntimeOperations.CompileNow)));
            il.Emit(Il.Ret);
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

/// <summary>A translated module as the bytes of an assembly.</summary>
/// <param name="Assembly">The assembly.</param>
/// <param name="ClassCount">How many classes hold its methods.</param>
/// <param name="WritesTables">See <see cref="TranslatedModule.WritesTables"/>.</param>
/// <param name="KnowsExceptions">See <see cref="TranslatedModule.KnowsExceptions"/>.</param>
internal sealed record SavedTranslation(byte[] Assembly, int ClassCount, bool WritesTables, bool KnowsExceptions);
