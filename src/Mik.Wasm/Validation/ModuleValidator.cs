using Mik.Wasm.Decoding;
using Mik.Wasm.Model;

namespace Mik.Wasm.Validation;

/// <summary>
/// Validates modules (core specification 3.4). What it accepts is translated without further questions: this is the security
/// boundary of the engine. Type indices of functions are the one thing that decoding has checked already.
/// </summary>
internal static class ModuleValidator
{
    private const ulong MaximumPages32 = 1UL << 16;
    private const ulong MaximumPages64 = 1UL << 48;

    /// <summary>Validates a decoded module, but not the bodies of its functions.</summary>
    /// <exception cref="InvalidModuleException">The module is invalid.</exception>
    public static void Validate(WasmModule module, WasmFeatures features)
    {
        ValidateMemories(module, features);
        ValidateTables(module);
        ValidateExports(module);
        ValidateStart(module);
        var expressions = new ConstantExpressionValidator(module, features);
        for (var i = 0; i < module.Globals.Length; i++)
        {
            var global = module.Globals[i];
            expressions.Validate(global.Initializer, global.Type.ValueType, module.ImportedGlobalCount + i);
        }
        ValidateTableInitializers(module, expressions);
        ValidateElements(module, expressions);
        ValidateData(module, expressions);
    }

    private static void ValidateMemories(WasmModule module, WasmFeatures features)
    {
        var offset = OffsetOf(module, SectionId.Memory, SectionId.Import);
        if (module.Memories.Length > 1)
        {
            if ((features & WasmFeatures.MultiMemory) == WasmFeatures.None)
            {
                Throw.Invalid("multiple memories: a second memory requires the multi-memory proposal, which is not supported", offset);
            }
            module.Use.Add(WasmFeatures.MultiMemory);
        }
        if (module.Memories.Length > ModuleLimits.Memories)
        {
            Throw.OverLimit($"more than {ModuleLimits.Memories} memories", offset);
        }
        foreach (var memory in module.Memories)
        {
            ValidateLimits(memory.Limits, offset);
            var maximumPages = memory.Limits.Is64 ? MaximumPages64 : MaximumPages32;
            if (memory.Limits.Minimum > maximumPages || memory.Limits.Maximum > maximumPages)
            {
                Throw.Invalid($"memory size must be at most {maximumPages} pages", offset);
            }
            if (memory.IsShared && memory.Limits.Maximum is null)
            {
                Throw.Invalid("shared memory must have maximum", offset);
            }
        }
    }

    private static void ValidateTables(WasmModule module)
    {
        var offset = OffsetOf(module, SectionId.Table, SectionId.Import);
        foreach (var table in module.Tables)
        {
            ValidateLimits(table.Type.Limits, offset);
            if (!table.Type.Limits.Is64 && (table.Type.Limits.Minimum > uint.MaxValue || table.Type.Limits.Maximum > uint.MaxValue))
            {
                Throw.Invalid($"table size must be at most {uint.MaxValue}", offset);
            }
        }
        if (module.Tables.Length > ModuleLimits.Tables)
        {
            Throw.OverLimit($"more than {ModuleLimits.Tables} tables", offset);
        }
    }

    // Tables are made before the module's own globals.
    private static void ValidateTableInitializers(WasmModule module, ConstantExpressionValidator expressions)
    {
        for (var i = module.ImportedTableCount; i < module.Tables.Length; i++)
        {
            var table = module.Tables[i];
            if (table.Initializer is { } initializer)
            {
                expressions.Validate(initializer, table.Type.ElementType, module.ImportedGlobalCount);
            }
            else if (!table.Type.ElementType.IsDefaultable)
            {
                Throw.Invalid("type mismatch: a table of references without null needs an initializer", OffsetOf(module, SectionId.Table, SectionId.Import));
            }
        }
    }

    private static void ValidateLimits(Limits limits, int offset)
    {
        if (limits.Minimum > limits.Maximum)
        {
            Throw.Invalid("size minimum must not be greater than maximum", offset);
        }
    }

    private static void ValidateExports(WasmModule module)
    {
        var offset = module.SectionOffsets[(int)SectionId.Export];
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var export in module.Exports)
        {
            if (!names.Add(export.Name))
            {
                Throw.Invalid($"duplicate export name \"{export.Name}\"", offset);
            }
            var (space, count) = export.Kind switch
            {
                ExternalKind.Function => ("function", module.FunctionCount),
                ExternalKind.Table => ("table", module.Tables.Length),
                ExternalKind.Memory => ("memory", module.Memories.Length),
                ExternalKind.Tag => ("tag", module.TagTypeIndices.Length),
                _ => ("global", module.GlobalTypes.Length),
            };
            CheckIndex(space, export.Index, count, offset);
            if (export.Kind == ExternalKind.Function)
            {
                module.DeclaredReferences.Add(export.Index);
            }
        }
    }

    private static void ValidateStart(WasmModule module)
    {
        if (module.StartFunction is { } start)
        {
            var offset = module.SectionOffsets[(int)SectionId.Start];
            CheckIndex("function", start, module.FunctionCount, offset);
            var type = module.FunctionTypeOf(start);
            if (type.Parameters.Length != 0 || type.Results.Length != 0)
            {
                Throw.Invalid($"start function: its type must be () -> (), not {type}", offset);
            }
        }
    }

    private static void ValidateElements(WasmModule module, ConstantExpressionValidator expressions)
    {
        var offset = module.SectionOffsets[(int)SectionId.Element];
        foreach (var segment in module.Elements)
        {
            foreach (var function in segment.FunctionIndices.AsSpan())
            {
                CheckIndex("function", function, module.FunctionCount, offset);
                module.DeclaredReferences.Add(function);
            }
            foreach (var expression in segment.Expressions.AsSpan())
            {
                expressions.Validate(expression, segment.ElementType, module.GlobalTypes.Length);
            }
            if (segment.Mode == SegmentMode.Active)
            {
                CheckIndex("table", segment.TableIndex, module.Tables.Length, offset);
                var table = module.Tables[segment.TableIndex].Type;
                if (!segment.ElementType.Matches(table.ElementType))
                {
                    Throw.Invalid($"type mismatch: a segment of {segment.ElementType} for a table of {table.ElementType}", segment.Offset.Start);
                }
                expressions.Validate(segment.Offset, AddressType(table.Limits), module.GlobalTypes.Length);
            }
        }
    }

    private static void ValidateData(WasmModule module, ConstantExpressionValidator expressions)
    {
        foreach (var segment in module.Data)
        {
            if (segment.Mode == SegmentMode.Active)
            {
                CheckIndex("memory", segment.MemoryIndex, module.Memories.Length, segment.Offset.Start);
                expressions.Validate(segment.Offset, AddressType(module.Memories[segment.MemoryIndex].Limits), module.GlobalTypes.Length);
            }
        }
    }

    /// <summary>Validates the bodies of a module's functions, after <see cref="Validate"/>.</summary>
    /// <exception cref="InvalidModuleException">One is malformed or invalid.</exception>
    public static void ValidateFunctions(WasmModule module, WasmFeatures features, CancellationToken cancellationToken)
    {
        var validator = new FunctionValidator(module, features);
        for (var i = 0; i < module.Bodies.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            validator.Validate(module.FunctionTypeOf(module.ImportedFunctionCount + i), module.Bodies[i]);
        }
    }

    private static WasmValueType AddressType(Limits limits) => limits.Is64 ? WasmValueType.I64 : WasmValueType.I32;

    private static void CheckIndex(string space, int index, int count, int offset)
    {
        if ((uint)index >= (uint)count)
        {
            Throw.Invalid($"unknown {space} {(uint)index}", offset);
        }
    }

    private static int OffsetOf(WasmModule module, SectionId section, SectionId otherwise) =>
        module.SectionOffsets[(int)section] is not 0 and var offset ? offset : module.SectionOffsets[(int)otherwise];
}
