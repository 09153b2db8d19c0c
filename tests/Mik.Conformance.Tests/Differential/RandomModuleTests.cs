using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Mik.Conformance.Tests.Suites;
using Mik.Wasm.Execution;
using Mik.Wasm.Instantiation;
using Mik.Wasm.Model;
using Mik.Wasm.Validation;

namespace Mik.Conformance.Tests.Differential;

/// <summary>Random modules with the results, memories and globals that another engine gave for them.</summary>
public sealed class RandomModuleTests
{
    private const int BatchSize = 100;
    private static readonly Lazy<JsonDocument> Index = new(() => JsonDocument.Parse(Archive.Read("index.json")));

    public static TheoryData<int> Batches => [.. Enumerable.Range(0, 1500 / BatchSize)];

    /// <summary>How many modules use only what the engine translates, and how many there are.</summary>
    public static (int Run, int All) Count
    {
        get
        {
            var modules = Archive.Modules.ToArray();
            return (modules.Count(IsTranslated), modules.Length);
        }
    }

    private static SuiteArchive Archive => SuiteArchive.Open("difffuzz", "smith-v8");

    [ConformanceTheory]
    [MemberData(nameof(Batches))]
    public void Engine_RandomModules_AgreeWithTheOther(int batch)
    {
        var modules = Index.Value.RootElement.EnumerateArray().Skip(batch * BatchSize).Take(BatchSize);

        FailureList.AssertEmpty(modules.Select(Check).OfType<string>());
    }

    private static string? Check(JsonElement expected)
    {
        var name = expected.GetProperty("module").GetString()!;
        try
        {
            var bytes = Archive.Read(name);
            var difference = IsTranslated(bytes) ? Differences(CompiledModule.Compile(WasmModule.Load(bytes)), expected) : null;
            return difference is null ? null : $"{name}: {difference}";
        }
#pragma warning disable CA1031 // Any other exception is a failure of this module; the next ones still run.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return $"{name}: {exception.GetType().Name}: {exception.Message}";
        }
    }

    private static bool IsTranslated(byte[] bytes)
    {
        try
        {
            WasmModule.Load(bytes);
            return true;
        }
        catch (InvalidModuleException)
        {
            WasmModule.Load(bytes, WasmFeatures.All);
            return false;
        }
    }

    private static string? Differences(CompiledModule module, JsonElement expected)
    {
        // The modules stop by themselves after 5000 nested calls; the other engine has the stack for that.
        using var store = new Store(new ExecutionLimits { StackBytes = 4 * 1024 * 1024 });
        using var watchdog = new Timer(
            static store => ((Store)store!).Interrupt("too slow"), store, TimeSpan.FromSeconds(20), Timeout.InfiniteTimeSpan);
        ModuleInstance instance;
        try
        {
            instance = module.Instantiate(store);
        }
        catch (Trap)
        {
            return expected.GetProperty("instantiate").GetString() == "trap" ? null : "trapped at instantiation";
        }
        if (expected.GetProperty("instantiate").GetString() != "ok")
        {
            return "did not trap at instantiation";
        }
        foreach (var call in expected.GetProperty("calls").EnumerateArray())
        {
            if (DifferenceOfCall(instance, call) is { } difference)
            {
                return $"{call.GetProperty("field").GetString()}: {difference}";
            }
        }
        return store.IsInterrupted ? "too slow" : DifferenceOfState(instance, expected.GetProperty("final"));
    }

    private static string? DifferenceOfCall(ModuleInstance instance, JsonElement call)
    {
        var function = instance.GetFunction(call.GetProperty("field").GetString()!)!;
        try
        {
            var results = function.Invoke(
                [.. call.GetProperty("args").EnumerateArray().Select(argument => Value(argument, BitsOf(argument)))]);
            if (!call.TryGetProperty("results", out var expected))
            {
                return "no trap";
            }
            var bits = expected.EnumerateArray().Select(BitsOf).ToArray();
            for (var i = 0; i < results.Length; i++)
            {
                var actual = Is32(expected[i]) ? (uint)results[i].AsI32 : (ulong)results[i].AsI64;
                if (actual != bits[i])
                {
                    return $"result {i} is {actual}, not {bits[i]}";
                }
            }
            return null;
        }
        catch (Trap trap)
        {
            return call.TryGetProperty("trap", out _) ? null : $"trap: {trap.Message}";
        }
    }

    private static string? DifferenceOfState(ModuleInstance instance, JsonElement expected)
    {
        if (expected.TryGetProperty("memory", out var memory) && memory.ValueKind == JsonValueKind.Object)
        {
            var actual = instance.GetMemory(memory.GetProperty("name").GetString()!)!;
            var hash = Convert.ToHexStringLower(SHA256.HashData(actual.GetSpan(0, (ulong)actual.Length)));
            if (actual.Length != memory.GetProperty("bytes").GetInt64() || hash != memory.GetProperty("sha256").GetString())
            {
                return "the memory differs";
            }
        }
        if (!expected.TryGetProperty("globals", out var globals))
        {
            return null;
        }
        foreach (var property in globals.EnumerateObject())
        {
            var global = instance.GetGlobal(property.Name)!;
            // The other engine gave every number except i64 as a double, and NaNs without their payload.
            var bits = global.Type.ValueType.Kind switch
            {
                WasmTypeKind.I32 => (ulong)BitConverter.DoubleToInt64Bits(global.Value.AsI32),
                WasmTypeKind.F32 => (ulong)BitConverter.DoubleToInt64Bits(global.Value.AsF32),
                _ => (ulong)global.Value.AsI64,
            };
            var expectedBits = BitsOf(property.Value);
            var areNaNs = global.Type.ValueType.Kind is WasmTypeKind.F32 or WasmTypeKind.F64
                && double.IsNaN(BitConverter.UInt64BitsToDouble(bits)) && double.IsNaN(BitConverter.UInt64BitsToDouble(expectedBits));
            if (bits != expectedBits && !areNaNs)
            {
                return $"global {property.Name} differs";
            }
        }
        return null;
    }

    private static WasmValue Value(JsonElement argument, ulong bits) =>
        Is32(argument) ? WasmValue.I32((int)(uint)bits) : WasmValue.I64((long)bits);

    private static bool Is32(JsonElement value) => value.GetProperty("type").GetString() is "i32" or "f32";

    private static ulong BitsOf(JsonElement value) =>
        ulong.Parse(value.GetProperty("bits").GetString()!, CultureInfo.InvariantCulture);
}
