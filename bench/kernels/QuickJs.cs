using System.Buffers.Binary;
using System.Text;
using Mik.Wasm.Execution;
using Mik.Wasm.Instantiation;

namespace Mik.Bench.Kernels;

/// <summary>QuickJS with one script, whose function <c>work</c> is called again and again.</summary>
internal sealed class QuickJs
{
    private readonly ModuleInstance _instance;
    private readonly LinearMemory _memory;
    private readonly int _call;
    private readonly int _callLength;
    private readonly int _file;

    public QuickJs(CompiledModule module, Store store, string script)
    {
        _instance = module.Instantiate(store, import => import.Type.Function is { } type ? HostFunction.Create(store, type, Import(import.Name)) : null);
        _memory = _instance.GetMemory("memory")!;
        _instance.GetFunction("_initialize")!.Invoke();
        Call("qjs_init");
        Call("qjs_set_max_stack_size", 256 << 10);
        (_file, _) = Write("script.js");
        (_call, _callLength) = Write("work()");
        var (code, length) = Write(script);
        Evaluate(code, length);
    }

    /// <summary>Calls <c>work</c> so many times; gives its last result.</summary>
    public int Run(int count)
    {
        var result = 0.0;
        while (count-- > 0)
        {
            result = Evaluate(_call, _callLength);
        }
        return (int)result;
    }

    private double Evaluate(int code, int length)
    {
        var value = Call("qjs_eval", code, length, _file, 0);
        if (Call("qjs_is_exception", value) != 0)
        {
            throw new InvalidOperationException("the script threw");
        }
        var number = _instance.GetFunction("qjs_get_float64")!.Invoke(WasmValue.I32(value))[0].AsF64;
        _instance.GetFunction("qjs_free_value")!.Invoke([WasmValue.I32(value)], []);
        return number;
    }

    private int Call(string name, params ReadOnlySpan<int> arguments)
    {
        var values = arguments.ToArray();
        var results = _instance.GetFunction(name)!.Invoke(Array.ConvertAll(values, WasmValue.I32));
        return results.Length == 0 ? 0 : results[0].AsI32;
    }

    private (int Address, int Length) Write(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text + '\0');
        var address = Call("wasm_malloc", bytes.Length);
        bytes.CopyTo(_memory.GetSpan((uint)address, (ulong)bytes.Length));
        return (address, bytes.Length - 1);
    }

    // The clock stands still and numbers are not random: every run is the same.
    private HostCallback Import(string name) => name switch
    {
        "clock_time_get" => (arguments, _) => BinaryPrimitives.WriteInt64LittleEndian(_memory.GetSpan((uint)arguments[2].AsI32, 8), 1_000_000_000),
        "random_get" => (arguments, _) => _memory.GetSpan((uint)arguments[0].AsI32, (uint)arguments[1].AsI32).Fill(7),
        _ => (_, _) => { }
        ,
    };
}
