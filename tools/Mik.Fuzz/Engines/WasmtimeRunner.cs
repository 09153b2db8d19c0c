using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Mik.Fuzz.Modules;
using Mik.Wasm.Model;
using Wasmtime;

namespace Mik.Fuzz.Engines;

/// <summary>Runs a module on Wasmtime and writes down what can be seen of it, in the words of <see cref="MikRunner"/>.</summary>
internal static class WasmtimeRunner
{
    /// <summary>One line: each call's results or trap, then memory and globals.</summary>
    public static string Run(GeneratedModule generated, int fuel, string? memoryPath = null)
    {
        try
        {
            using var module = Module.FromBytes(WasmtimeEngine.Instance, "random", generated.Bytes);
            using var store = new Store(WasmtimeEngine.Instance);
            store.SetEpochDeadline(1);
            var instance = new Instance(store, module);
            var line = new StringBuilder();
            foreach (var call in generated.Calls)
            {
                instance.GetGlobal("g0")!.SetValue(fuel);
                line.Append(CultureInfo.InvariantCulture, $"{call.Function}={Call(instance, call)} ");
            }
            var memory = instance.GetMemory("memory")!;
            var bytes = memory.GetSpan(0, checked((int)memory.GetLength()));
            if (memoryPath is not null)
            {
                File.WriteAllBytes(memoryPath, bytes);
            }
            line.Append(CultureInfo.InvariantCulture, $"memory={bytes.Length:x}:{Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 8))}");
            foreach (var (name, global) in instance.GetGlobals().OrderBy(item => item.Name, StringComparer.Ordinal))
            {
                line.Append(CultureInfo.InvariantCulture, $" {name}={Format(global.GetValue()!)}");
            }
            return line.ToString();
        }
        catch (WasmtimeException fault)
        {
            return $"FAULT {fault.GetType().Name}: {fault.Message}";
        }
    }

    private static string Call(Instance instance, GeneratedCall call)
    {
        var function = instance.GetFunction(call.Function)!;
        var arguments = call.Arguments.Select((bits, i) => call.Types[i].Kind switch
        {
            WasmTypeKind.I32 => (ValueBox)(int)bits,
            WasmTypeKind.I64 => (ValueBox)(long)bits,
            WasmTypeKind.F32 => (ValueBox)BitConverter.UInt32BitsToSingle((uint)bits),
            _ => (ValueBox)BitConverter.UInt64BitsToDouble(bits),
        }).ToArray();
        try
        {
            object[] results = function.Invoke(arguments) switch
            {
                null => [],
                object[] several => several,
                var one => [one],
            };
            return $"[{string.Join(',', results.Select(Format))}]";
        }
        catch (TrapException trap)
        {
            return trap.Type == TrapCode.Undefined && trap.Message.Contains("exception", StringComparison.Ordinal) ? "exception" : $"trap:{NameOf(trap.Type)}";
        }
    }

    private static string Format(object value) => value switch
    {
        int number => number.ToString("x", CultureInfo.InvariantCulture),
        long number => number.ToString("x", CultureInfo.InvariantCulture),
        float number => float.IsNaN(number) ? "nan" : BitConverter.SingleToUInt32Bits(number).ToString("x", CultureInfo.InvariantCulture),
        double number => double.IsNaN(number) ? "nan" : BitConverter.DoubleToUInt64Bits(number).ToString("x", CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };

    private static string NameOf(TrapCode code) => code switch
    {
        TrapCode.Unreachable => "unreachable",
        TrapCode.IntegerDivisionByZero => "zero",
        TrapCode.IntegerOverflow or TrapCode.BadConversionToInteger => "range",
        TrapCode.MemoryOutOfBounds => "memory",
        TrapCode.TableOutOfBounds => "table",
        TrapCode.IndirectCallToNull or TrapCode.BadSignature => "signature",
        TrapCode.StackOverflow => "stack",
        TrapCode.NullReference or TrapCode.ArrayOutOfBounds => "object",
        TrapCode.CastFailure => "cast",
        _ => code.ToString(),
    };
}
