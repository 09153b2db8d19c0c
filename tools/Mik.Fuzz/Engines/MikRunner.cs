using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Mik.Fuzz.Modules;
using Mik.Wasm.Execution;
using Mik.Wasm.Instantiation;
using Mik.Wasm.Model;
using Mik.Wasm.Validation;

namespace Mik.Fuzz.Engines;

/// <summary>Runs a module on this engine and writes down what can be seen of it, in the words of <c>v8.mjs</c>.</summary>
internal static class MikRunner
{
    /// <summary>One line: each call's results or trap, then memory and globals.</summary>
    public static string Run(GeneratedModule generated, int fuel, string? memoryPath = null)
    {
        try
        {
            var module = WasmModule.Load(generated.Bytes);
            using var store = new Store();
            var instance = CompiledModule.Compile(module).Instantiate(store);
            var line = new StringBuilder();
            foreach (var call in generated.Calls)
            {
                instance.GetGlobal("g0")!.Value = WasmValue.I32(fuel);
                line.Append(CultureInfo.InvariantCulture, $"{call.Function}={Call(instance, call)} ");
            }
            var memory = instance.GetMemory("memory")!;
            if (memoryPath is not null)
            {
                File.WriteAllBytes(memoryPath, memory.GetSpan(0, (ulong)memory.Length));
            }
            var hash = SHA256.HashData(memory.GetSpan(0, (ulong)memory.Length));
            line.Append(CultureInfo.InvariantCulture, $"memory={memory.Length:x}:{Convert.ToHexStringLower(hash.AsSpan(0, 8))}");
            foreach (var name in instance.ExportNames.Where(name => name[0] == 'g').Order(StringComparer.Ordinal))
            {
                var global = instance.GetGlobal(name)!;
                line.Append(CultureInfo.InvariantCulture, $" {name}={Format(global.Type.ValueType, global.Value)}");
            }
            return line.ToString();
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            return $"FAULT {fault.GetType().Name}: {fault.Message}";
        }
    }

    private static string Call(ModuleInstance instance, GeneratedCall call)
    {
        var function = instance.GetFunction(call.Function)!;
        var arguments = call.Arguments.Select((bits, i) => call.Types[i].Kind switch
        {
            WasmTypeKind.I32 => WasmValue.I32((int)bits),
            WasmTypeKind.I64 => WasmValue.I64((long)bits),
            WasmTypeKind.F32 => WasmValue.F32(BitConverter.UInt32BitsToSingle((uint)bits)),
            _ => WasmValue.F64(BitConverter.UInt64BitsToDouble(bits)),
        }).ToArray();
        try
        {
            var results = function.Invoke(arguments);
            return $"[{string.Join(',', results.Select((result, i) => Format(function.Type.Results[i], result)))}]";
        }
        catch (Trap trap)
        {
            return $"trap:{NameOf(trap.Kind)}";
        }
        catch (GuestException)
        {
            return "exception";
        }
    }

    private static string Format(WasmValueType type, WasmValue value) => type.Kind switch
    {
        WasmTypeKind.I32 => value.AsI32.ToString("x", CultureInfo.InvariantCulture),
        WasmTypeKind.I64 => value.AsI64.ToString("x", CultureInfo.InvariantCulture),
        WasmTypeKind.F32 => float.IsNaN(value.AsF32) ? "nan" : BitConverter.SingleToUInt32Bits(value.AsF32).ToString("x", CultureInfo.InvariantCulture),
        _ => double.IsNaN(value.AsF64) ? "nan" : BitConverter.DoubleToUInt64Bits(value.AsF64).ToString("x", CultureInfo.InvariantCulture),
    };

    // V8 has one message where the specification has two; the coarser word is compared. Of an array.copy that has two faults each engine tells another one.
    private static string NameOf(TrapKind kind) => kind switch
    {
        TrapKind.Unreachable => "unreachable",
        TrapKind.IntegerDivideByZero => "zero",
        TrapKind.IntegerOverflow or TrapKind.InvalidConversionToInteger => "range",
        TrapKind.OutOfBoundsMemoryAccess => "memory",
        TrapKind.OutOfBoundsTableAccess or TrapKind.UndefinedElement => "table",
        TrapKind.UninitializedElement or TrapKind.IndirectCallTypeMismatch => "signature",
        TrapKind.CallStackExhausted => "stack",
        TrapKind.NullReference or TrapKind.NullFunctionReference or TrapKind.NullStructureReference or TrapKind.NullArrayReference
            or TrapKind.NullI31Reference or TrapKind.NullExceptionReference or TrapKind.OutOfBoundsArrayAccess => "object",
        TrapKind.CastFailure => "cast",
        _ => kind.ToString(),
    };
}
