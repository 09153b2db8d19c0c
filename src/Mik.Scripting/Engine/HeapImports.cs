using Mik.Wasm.Execution;
using Mik.Wasm.Model;

namespace Mik.Scripting.Engine;

/// <summary>The functions that QuickJS imports, for one heap.</summary>
internal sealed class HeapImports(Store store, ScriptHeap heap, Func<LinearMemory> memory)
{
    /// <summary>More than any host function takes.</summary>
    private const int MaxArguments = 8;

    /// <summary>Finds one.</summary>
    public ExternalValue? Resolve(WasmImport import) =>
        import.Type.Function is { } type ? HostFunction.Create(store, type, Find(import)) : null;

    private HostCallback Find(WasmImport import) => import.Module == "wasi_snapshot_preview1"
        ? WasiPreview1.Find(import.Name, memory, text => heap.Host.Output(text))
        : import.Name switch
        {
            "host_call" => Call,
            "host_module_normalize" => Normalize,
            "host_module_load" => Load,

            "host_promise_rejection" => (arguments, _) => heap.Rejected(arguments[0].AsI32, arguments[1].AsI32, arguments[2].AsI32 != 0),

            // The engine stops a heap by itself, so QuickJS need not ask; scripts live in UTC.
            "host_interrupt" or "host_get_timezone_offset" => (_, _) => { }
            ,
            _ => throw new InvalidOperationException($"QuickJS imports {import.Name}, which is not known here."),
        };

    // (name, length, this, count, values) → value, or 0 when it threw.
    private void Call(ReadOnlySpan<WasmValue> arguments, Span<WasmValue> results)
    {
        Span<int> values = stackalloc int[Math.Min(arguments[3].AsI32, MaxArguments)];
        heap.ReadValues(arguments[4].AsI32, values);
        Span<byte> name = stackalloc byte[32];
        var given = heap.Span(arguments[0].AsI32, arguments[1].AsI32);
        given.CopyTo(name);
        try
        {
            results[0] = WasmValue.I32(heap.NewResult(heap.Host.Call(name[..given.Length], new HostArguments(heap, values))));
        }
        catch (ScriptErrorException error)
        {
            heap.ThrowInside(error.Message);
        }
    }

    // (importer, specifier) → name, or 0 when it threw.
    private void Normalize(ReadOnlySpan<WasmValue> arguments, Span<WasmValue> results)
    {
        var importer = heap.ReadTerminated(arguments[0].AsI32);
        var specifier = heap.ReadTerminated(arguments[1].AsI32);
        try
        {
            results[0] = WasmValue.I32(heap.WriteTerminated(System.Text.Encoding.UTF8.GetBytes(heap.Host.Resolve(importer, specifier))));
        }
        catch (ScriptImportException exception)
        {
            heap.ThrowInside(exception.Message);
        }
    }

    // (name, where the length goes) → source, or 0 when it threw.
    private void Load(ReadOnlySpan<WasmValue> arguments, Span<WasmValue> results)
    {
        try
        {
            var source = heap.Host.Load(heap.ReadTerminated(arguments[0].AsI32));
            results[0] = WasmValue.I32(heap.WriteTerminated(source));
            heap.WriteWord(arguments[1].AsI32, source.Length);
        }
        catch (ScriptImportException exception)
        {
            heap.ThrowInside(exception.Message);
        }
    }
}
