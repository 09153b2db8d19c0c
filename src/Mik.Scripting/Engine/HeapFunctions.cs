using Mik.Wasm.Execution;

namespace Mik.Scripting.Engine;

/// <summary>The exports of QuickJS that are used, typed. Addresses and values are numbers in linear memory.</summary>
internal sealed class HeapFunctions(ModuleInstance instance)
{
    private readonly Dictionary<string, FunctionInstance> _rare = new(StringComparer.Ordinal);
    private readonly FunctionInstance _call = instance.GetFunction("qjs_call")!;
    private readonly FunctionInstance _newString = instance.GetFunction("qjs_new_string")!;
    private readonly FunctionInstance _newNumber = instance.GetFunction("qjs_new_number")!;
    private readonly FunctionInstance _getString = instance.GetFunction("qjs_get_string_len")!;
    private readonly FunctionInstance _freeString = instance.GetFunction("qjs_free_cstring")!;
    private readonly FunctionInstance _getNumber = instance.GetFunction("qjs_get_float64")!;
    private readonly FunctionInstance _isString = instance.GetFunction("qjs_is_string")!;
    private readonly FunctionInstance _isException = instance.GetFunction("qjs_is_exception")!;
    private readonly FunctionInstance _undefined = instance.GetFunction("qjs_get_undefined")!;
    private readonly FunctionInstance _free = instance.GetFunction("qjs_free_value")!;
    private readonly FunctionInstance _runJob = instance.GetFunction("qjs_execute_pending_job")!;
    private readonly FunctionInstance _allocate = instance.GetFunction("wasm_malloc")!;
    private readonly FunctionInstance _release = instance.GetFunction("wasm_free")!;

    public void Initialize()
    {
        Rare("_initialize");
        if (RareResult("qjs_init") != 0)
        {
            throw new Trap(LimitedResource.Memory, "the memory limit is too low for JavaScript");
        }
    }

    public void SetMaxStackSize(int bytes) => Rare("qjs_set_max_stack_size", bytes);

    public void SetModuleLoader() => Rare("qjs_set_module_loader", 1);

    public void ReportRejections() => Rare("qjs_set_promise_rejection_handler", 1);

    /// <summary>What tells an object from others.</summary>
    public int Identity(int value) => RareResult("qjs_get_value_ptr", value);

    public void CollectGarbage() => Rare("qjs_run_gc");

    public int Evaluate(int code, int length, int file, int flags) => RareResult("qjs_eval", code, length, file, flags);

    public int PromiseState(int promise) => RareResult("qjs_promise_state", promise);

    public int PromiseResult(int promise) => RareResult("qjs_promise_result", promise);

    public int TakeException() => RareResult("qjs_get_exception");

    public int NewError() => RareResult("qjs_new_error");

    public void Throw(int error) => Rare("qjs_throw", error);

    public int Global() => RareResult("qjs_get_global");

    public int NewObject() => RareResult("qjs_new_object");

    public int NewHostFunction(int name, int length) => RareResult("qjs_new_host_function", name, length, 0);

    public int GetProperty(int value, int name) => RareResult("qjs_get_prop_string", value, name);

    public void SetProperty(int value, int name, int property) => Rare("qjs_set_prop_string", value, name, property);

    public bool IsObject(int value) => RareResult("qjs_is_object", value) != 0;

    public int Call(int function, int receiver, int count, int arguments) =>
        Result(_call, WasmValue.I32(function), WasmValue.I32(receiver), WasmValue.I32(count), WasmValue.I32(arguments));

    public int NewString(int address, int length) => Result(_newString, WasmValue.I32(address), WasmValue.I32(length));

    public int NewNumber(double number) => Result(_newNumber, WasmValue.F64(number));

    public int GetString(int value, int lengthAddress) => Result(_getString, WasmValue.I32(value), WasmValue.I32(lengthAddress));

    public void FreeString(int address) => _freeString.Invoke([WasmValue.I32(address)], []);

    public int NewBytes(int address, int length) => RareResult("qjs_new_uint8_array", address, length);

    /// <summary>The buffer of a typed array, and where in it; an exception for what is none.</summary>
    public int BufferOf(int value, int offsetAddress, int lengthAddress, int sizeAddress) =>
        RareResult("qjs_get_typed_array_buffer", value, offsetAddress, lengthAddress, sizeAddress);

    public int AddressOf(int buffer, int lengthAddress) => RareResult("qjs_get_array_buffer", buffer, lengthAddress);

    public double GetNumber(int value)
    {
        Span<WasmValue> result = [default];
        _getNumber.Invoke([WasmValue.I32(value)], result);
        return result[0].AsF64;
    }

    public bool IsString(int value) => Result(_isString, WasmValue.I32(value)) != 0;

    public bool IsException(int value) => Result(_isException, WasmValue.I32(value)) != 0;

    public int Undefined() => Result(_undefined);

    public void Free(int value) => _free.Invoke([WasmValue.I32(value)], []);

    /// <summary>Runs the next job: 1, or 0 when there was none, or less when it threw.</summary>
    public int RunJob() => Result(_runJob);

    /// <exception cref="Trap">The memory limit is reached.</exception>
    public int Allocate(int bytes) => Result(_allocate, WasmValue.I32(bytes)) is var address and not 0
        ? address
        : throw new Trap(LimitedResource.Memory, "out of memory");

    public void Release(int address) => _release.Invoke([WasmValue.I32(address)], []);

    private static int Result(FunctionInstance function, params ReadOnlySpan<WasmValue> arguments)
    {
        Span<WasmValue> result = [default];
        function.Invoke(arguments, result);
        return result[0].AsI32;
    }

    private void Rare(string name, params ReadOnlySpan<int> arguments) => Function(name).Invoke(Values(arguments));

    private int RareResult(string name, params ReadOnlySpan<int> arguments) => Function(name).Invoke(Values(arguments))[0].AsI32;

    private FunctionInstance Function(string name)
    {
        if (!_rare.TryGetValue(name, out var function))
        {
            _rare.Add(name, function = instance.GetFunction(name) ?? throw new InvalidOperationException($"QuickJS does not export {name}."));
        }

        return function;
    }

    private static WasmValue[] Values(ReadOnlySpan<int> numbers)
    {
        var values = new WasmValue[numbers.Length];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = WasmValue.I32(numbers[i]);
        }

        return values;
    }
}
