using Mik.Wasm.Execution;
using Mik.Wasm.Model;
using Mik.Wasm.Objects;

namespace Mik.Wasm.Instantiation;

/// <summary>
/// Makes instances (core specification 4.5.4, "instantiation"): 1. match imports; 2. allocate; 3. globals, tables and
/// element values; 4. active element segments; 5. active data segments; 6. the start function. What an earlier
/// segment wrote stays when a later one traps.
/// </summary>
internal static unsafe class ModuleInstantiator
{
    /// <summary>Makes an instance from imports in the module's order.</summary>
    /// <exception cref="LinkException">An import is missing or has another type.</exception>
    /// <exception cref="Trap">A segment does not fit, the start function trapped, or a limit was hit.</exception>
    public static ModuleInstance Instantiate(CompiledModule compiled, Store store, ReadOnlySpan<ExternalValue?> imports)
    {
        var module = compiled.Module;
        store.ThrowIfDisposed();
        if (imports.Length != module.Imports.Length)
        {
            throw new ArgumentException($"The module has {module.Imports.Length} imports; {imports.Length} were given.");
        }
        for (var i = 0; i < imports.Length; i++)
        {
            ImportMatching.Check(module.Imports[i], compiled.ImportTypeIds[i], imports[i], store);
        }
        NoteExceptions(compiled, store);
        var instance = new ModuleInstance(store, compiled.Template);
        SetImports(instance, imports);
        AllocateMemories(instance);
        AllocateTags(instance);
        AllocateGlobals(instance, compiled.Initializers);
        AllocateTables(instance, compiled.Initializers);
        EvaluateElements(instance, compiled.Initializers);
        CopyElements(instance, compiled.Initializers);
        CopyData(instance, compiled.Initializers);
        if (module.StartFunction is { } start)
        {
            instance.Function(start).Invoke([], []);
        }
        return instance;
    }

    private static void SetImports(ModuleInstance instance, ReadOnlySpan<ExternalValue?> imports)
    {
        int functions = 0, tables = 0, memories = 0, globals = 0, tags = 0;
        foreach (var value in imports)
        {
            switch (value)
            {
                case FunctionInstance function:
                    instance.SetImportedFunction(functions++, function.Reference);
                    break;
                case TableInstance table:
                    instance.SetTable(tables++, table);
                    break;
                case LinearMemory memory:
                    instance.SetMemory(memories++, memory);
                    break;
                case TagInstance tag:
                    instance.SetTag(tags++, tag);
                    break;
                case GlobalInstance global:
                    instance.SetImportedGlobal(globals++, global);
                    break;
            }
        }
    }

    private static void AllocateMemories(ModuleInstance instance)
    {
        var module = instance.Module;
        for (var i = module.ImportedMemoryCount; i < module.Memories.Length; i++)
        {
            instance.SetMemory(i, new LinearMemory(instance.Store, module.Memories[i]));
        }
    }

    private static void AllocateGlobals(ModuleInstance instance, ModuleInitializers initializers)
    {
        var imported = instance.Module.ImportedGlobalCount;
        for (var i = 0; i < initializers.Globals.Length; i++)
        {
            var value = initializers.Globals[i].Evaluate(instance);
            if (IsObject(instance.Module.GlobalTypes[imported + i].ValueType))
            {
                instance.ObjectGlobals[imported + i] = new ObjectCell { Value = value.Object };
            }
            else
            {
                *instance.GlobalCell(imported + i) = value.Value;
            }
        }
    }

    private static void AllocateTables(ModuleInstance instance, ModuleInitializers initializers)
    {
        var module = instance.Module;
        for (var i = module.ImportedTableCount; i < module.Tables.Length; i++)
        {
            var initial = initializers.Tables[i] is { } initializer ? initializer.Evaluate(instance) : default;
            instance.SetTable(i, new TableInstance(instance.Store, module.Tables[i].Type, initial.Value.AsReference, initial.Object, null));
        }
    }

    // Constant expressions read immutable globals only, so values taken here are those that a later table.init would see.
    private static void EvaluateElements(ModuleInstance instance, ModuleInitializers initializers)
    {
        if (!initializers.HasElementExpressions)
        {
            return;
        }
        var segments = initializers.Elements;
        for (var i = 0; i < segments.Length; i++)
        {
            if (segments[i] is not { } elements)
            {
                continue;
            }
            if (IsObject(instance.Module.Elements[i].ElementType))
            {
                (instance.ElementObjects ??= new Ref[]?[segments.Length])[i] =
                    Array.ConvertAll(elements, element => new Ref { Value = element.Evaluate(instance).Object });
            }
            else
            {
                (instance.ElementValues ??= new nint[]?[segments.Length])[i] =
                    Array.ConvertAll(elements, element => element.Evaluate(instance).Value.AsReference);
            }
        }
    }

    private static void AllocateTags(ModuleInstance instance)
    {
        var module = instance.Module;
        for (var i = module.ImportedTagCount; i < module.TagTypeIndices.Length; i++)
        {
            instance.SetTag(i, new TagInstance(instance.Store, module.Definitions[module.TagTypeIndices[i]]));
        }
    }

    private static void NoteExceptions(CompiledModule compiled, Store store)
    {
        try
        {
            store.NoteExceptions(compiled.Template.KnowsExceptions);
        }
        catch (InvalidOperationException exception)
        {
            throw new LinkException(exception.Message);
        }
    }

    private static bool IsObject(WasmValueType type) => type.IsReference && !type.IsFunctionReference;

    private static void CopyElements(ModuleInstance instance, ModuleInitializers initializers)
    {
        var module = instance.Module;
        for (var i = 0; i < module.Elements.Length; i++)
        {
            var segment = module.Elements[i];
            if (segment.Mode == SegmentMode.Active)
            {
                var offset = AddressOf(
                    initializers.ElementOffsets[i].Evaluate(instance).Value, module.Tables[segment.TableIndex].Type.Limits);
                instance.InitializeTable(segment.TableIndex, i, offset, 0, (ulong)segment.Length);
            }
            if (segment.Mode != SegmentMode.Passive)
            {
                instance.DropElements(i);
            }
        }
    }

    private static void CopyData(ModuleInstance instance, ModuleInitializers initializers)
    {
        var module = instance.Module;
        for (var i = 0; i < module.Data.Length; i++)
        {
            var segment = module.Data[i];
            if (segment.Mode != SegmentMode.Active)
            {
                continue;
            }
            var address = AddressOf(
                initializers.DataOffsets[i].Evaluate(instance).Value, module.Memories[segment.MemoryIndex].Limits);
            var memory = instance.Memory(segment.MemoryIndex);
            var place = memory.GetSpan(address, (ulong)segment.Length);
            if (!memory.HasData)
            {
                instance.DataBytes(i).CopyTo(place);
            }
            *instance.DataLength(i) = 0;
        }
    }

    private static ulong AddressOf(WasmValue value, Limits limits) =>
        limits.Is64 ? (ulong)value.AsI64 : (uint)value.AsI32;
}
