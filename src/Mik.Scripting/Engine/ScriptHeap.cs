using System.Buffers.Binary;
using System.Text;
using Mik.Wasm.Execution;

namespace Mik.Scripting.Engine;

/// <summary>
/// One instance of QuickJS with its memory. Values of JavaScript are addresses of cells in it. One thread at a time uses a heap; only
/// <see cref="Interrupt"/> may come from another.
/// </summary>
internal sealed class ScriptHeap : IDisposable
{
    private const int PromiseFulfilled = 1;
    private const int PromiseRejected = 2;
    private const int EvalModule = 1;
    private const int MaxRejections = 32;
    private const int MaxErrorText = 64 << 10;

    // Scratch: a word for results that come by address, a list of arguments, short texts on their way in.
    private const int ArgumentsOffset = 8;
    private const int MaxArguments = 8;
    private const int TextOffset = ArgumentsOffset + (MaxArguments * sizeof(int));
    private const int MaxShortText = 4096;

    private readonly Store _store;
    private readonly ModuleInstance _instance;
    private readonly LinearMemory _memory;
    private readonly GlobalInstance _stackPointer;
    private readonly HeapFunctions _functions;
    private StoreImage? _image;
    private IHeapHost? _host;
    private int _scratch;
    private int _undefined;
    private Dictionary<int, (int Promise, int Reason)>? _rejections;

    private ScriptHeap(long memoryBytes)
    {
        _store = new Store(ScriptEngine.Limits(memoryBytes));
        _instance = ScriptEngine.Module.Instantiate(_store, new HeapImports(_store, this, () => _memory!).Resolve);
        _memory = _instance.GetMemory("memory")!;
        _stackPointer = _instance.GetGlobal("__stack_pointer")!;
        _functions = new HeapFunctions(_instance);
    }

    /// <summary>The driver's functions, by name.</summary>
    public IReadOnlyDictionary<string, int> Entries { get; private set; } = new Dictionary<string, int>();

    /// <summary>Bytes of linear memory.</summary>
    public long MemoryBytes => _memory.Length;

    /// <summary>What the heap draws on.</summary>
    public ResourceBudget Budget => _store.Budget;

    /// <summary>Whether <see cref="Interrupt"/> was called: such a heap never runs again.</summary>
    public bool IsInterrupted => _store.IsInterrupted;

    /// <summary>The host of whoever uses the heap now.</summary>
    public IHeapHost Host
    {
        get => _host ?? throw new InvalidOperationException("The heap has no host.");
        set => _host = value;
    }

    /// <summary>Starts an empty JavaScript world.</summary>
    /// <exception cref="Trap">The memory limit is too low even for that.</exception>
    public static ScriptHeap Boot(long memoryBytes, IHeapHost host)
    {
        var heap = new ScriptHeap(memoryBytes) { Host = host };
        try
        {
            heap._functions.Initialize();
            heap._functions.SetMaxStackSize(ScriptEngine.ScriptStackBytes);
            heap._functions.SetModuleLoader();
            heap._functions.ReportRejections();
            heap._scratch = heap._functions.Allocate(TextOffset + MaxShortText);
            heap._undefined = heap._functions.Undefined();
            return heap;
        }
        catch
        {
            heap.Dispose();
            throw;
        }
    }

    /// <summary>Starts in the state of an image, to which it can go back.</summary>
    public static ScriptHeap From(HeapImage image, long memoryBytes)
    {
        var heap = new ScriptHeap(memoryBytes);
        try
        {
            heap.Restore(image);
            heap._image = StoreImage.OfAttached(heap._store);
            return heap;
        }
        catch
        {
            heap.Dispose();
            throw;
        }
    }

    /// <summary>From now on the heap draws on the budget of a request.</summary>
    /// <exception cref="Trap">The budget does not allow what the heap has.</exception>
    public void DrawOn(ResourceBudget budget) => _store.DrawOn(budget);

    /// <summary>Goes back to the image that it started from; only what was written is copied. False when it cannot, because it was interrupted.</summary>
    public bool TryReset()
    {
        if (_store.IsInterrupted || _image is null)
        {
            return false;
        }

        _rejections?.Clear();
        _image.Restore();
        return true;
    }

    /// <summary>Takes the state as it is. Nothing may be running in the heap.</summary>
    /// <param name="maximumBytes">What it may take.</param>
    /// <returns>Null when it would take more.</returns>
    public HeapImage? TryCapture(long maximumBytes)
    {
        _functions.CollectGarbage();
        return _memory.TryCapture(maximumBytes) is { } memory && memory.TryAddUser()
            ? new HeapImage(memory, _stackPointer.Value.AsI32, Entries, _scratch, _undefined) : null;
    }

    /// <summary>Makes an object of host functions, a global variable for the driver to take.</summary>
    /// <returns>The object.</returns>
    public int OfferHost(string variable, IEnumerable<string> functions)
    {
        var door = _functions.NewObject();
        foreach (var name in functions)
        {
            var (address, length) = WriteText(name);
            SetProperty(door, name, _functions.NewHostFunction(address, length));
            _functions.Release(address);
        }

        SetProperty(_functions.Global(), variable, door);
        return door;
    }

    /// <summary>Keeps functions that are properties of an object as <see cref="Entries"/>.</summary>
    public void TakeEntries(int @object, params IEnumerable<string> names) =>
        Entries = names.ToDictionary(name => name, name => GetProperty(@object, name), StringComparer.Ordinal);

    /// <summary>The global object.</summary>
    public int Global() => _functions.Global();

    /// <summary>Evaluates a script.</summary>
    /// <exception cref="ScriptErrorException">It threw.</exception>
    public void EvaluateScript(ReadOnlySpan<byte> source, string name) => Evaluate(source, name, 0);

    /// <summary>Evaluates a module and runs its jobs; what it imports comes from the host.</summary>
    /// <exception cref="ScriptErrorException">It threw, or did not come to its end.</exception>
    public void EvaluateModule(ReadOnlySpan<byte> source, string name)
    {
        var promise = Evaluate(source, name, EvalModule);
        RunJobs();
        switch (_functions.PromiseState(promise))
        {
            case PromiseFulfilled:
                return;
            case PromiseRejected:
                throw Error(_functions.PromiseResult(promise));
            default:
                throw new ScriptErrorException("Error", $"{name} waits for something at its top level that never comes", "");
        }
    }

    /// <summary>Calls one of <see cref="Entries"/>.</summary>
    /// <exception cref="ScriptErrorException">It threw.</exception>
    public void Call(string entry, params ReadOnlySpan<HeapArgument> arguments) => _functions.Free(CallForValue(entry, arguments));

    /// <summary>Calls one of <see cref="Entries"/> and keeps what it gives for as long as the heap is not reset.</summary>
    /// <exception cref="ScriptErrorException">It threw.</exception>
    public int Start(string entry, params ReadOnlySpan<HeapArgument> arguments) => CallForValue(entry, arguments);

    /// <summary>Whether a value is a promise that has been settled.</summary>
    public bool IsSettled(int value) => _functions.PromiseState(value) is PromiseFulfilled or PromiseRejected;

    /// <summary>Calls one of <see cref="Entries"/> that gives a string: its UTF-8 bytes.</summary>
    /// <exception cref="ScriptErrorException">It threw.</exception>
    public byte[] CallForText(string entry, params ReadOnlySpan<HeapArgument> arguments)
    {
        var result = CallForValue(entry, arguments);
        var text = ReadString(result);
        _functions.Free(result);
        return text;
    }

    /// <summary>The errors with which promises were rejected that nobody has asked for their outcome; a few at most.</summary>
    public IReadOnlyList<ScriptErrorException> UnhandledRejections() =>
        _rejections is null or { Count: 0 } ? [] : [.. _rejections.Values.Select(rejection => Error(rejection.Reason))];

    /// <summary>Runs jobs until none is left.</summary>
    /// <exception cref="ScriptErrorException">A job threw; ordinary promise reactions never do.</exception>
    public void RunJobs()
    {
        while (RunJob())
        {
        }
    }

    /// <summary>Runs one job; false when there was none.</summary>
    /// <exception cref="ScriptErrorException">It threw.</exception>
    public bool RunJob()
    {
        var result = _functions.RunJob();
        return result < 0 ? throw Error(_functions.TakeException()) : result > 0;
    }

    /// <summary>Ends whatever runs in the heap, now and for ever. May come from any thread.</summary>
    public void Interrupt(string reason) => _store.Interrupt(reason);

    /// <inheritdoc/>
    public void Dispose() => _store.Dispose();

    /// <summary>The UTF-8 bytes of a value as a string.</summary>
    /// <param name="value">The value.</param>
    /// <param name="admit">Is told how many there are before they are copied, and throws when they are too many.</param>
    internal byte[] ReadString(int value, Action<int>? admit = null) => ReadString(value, int.MaxValue, out _, admit);

    /// <summary>The first UTF-8 bytes of a value as a string.</summary>
    /// <param name="value">The value.</param>
    /// <param name="maximumBytes">How many at most.</param>
    /// <param name="length">How many there are.</param>
    /// <param name="admit">Is told how many will be copied, and throws when they are too many.</param>
    internal byte[] ReadString(int value, int maximumBytes, out long length, Action<int>? admit = null)
    {
        var text = _functions.GetString(value, _scratch);
        if (text == 0)
        {
            throw Error(_functions.TakeException());
        }

        length = BinaryPrimitives.ReadUInt32LittleEndian(_memory.GetSpan((uint)_scratch, 4));
        var count = (uint)Math.Min(length, maximumBytes);
        admit?.Invoke((int)count);
        var bytes = _memory.GetSpan((uint)text, count).ToArray();
        _functions.FreeString(text);
        return bytes;
    }

    /// <summary>The bytes of a typed array; null for anything else.</summary>
    /// <param name="value">The value.</param>
    /// <param name="admit">Is told how many there are before they are copied, and throws when they are too many.</param>
    internal byte[]? ReadBytes(int value, Action<int>? admit)
    {
        var at = _scratch + ArgumentsOffset;
        var buffer = _functions.IsObject(value) ? _functions.BufferOf(value, at, at + sizeof(int), at + (2 * sizeof(int))) : 0;
        if (buffer == 0 || _functions.IsException(buffer))
        {
            if (buffer != 0)
            {
                _functions.Free(_functions.TakeException());
            }

            return null;
        }

        var offset = BinaryPrimitives.ReadUInt32LittleEndian(_memory.GetSpan((uint)at, sizeof(int)));
        var length = BinaryPrimitives.ReadUInt32LittleEndian(_memory.GetSpan((uint)at + sizeof(int), sizeof(int)));
        admit?.Invoke((int)length);
        var address = _functions.AddressOf(buffer, at);
        _functions.Free(buffer);
        return length == 0 ? [] : _memory.GetSpan((uint)address + offset, length).ToArray();
    }

    /// <summary>A number.</summary>
    internal double ReadNumber(int value) => _functions.GetNumber(value);

    /// <summary>Whether a value is a string.</summary>
    internal bool IsString(int value) => _functions.IsString(value);

    /// <summary>The zero-terminated text at an address.</summary>
    internal string ReadTerminated(int address)
    {
        var rest = _memory.GetSpan((uint)address, Math.Min((ulong)_memory.Length - (uint)address, 64 << 10));
        var end = rest.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? rest : rest[..end]);
    }

    /// <summary>Copies bytes into the heap, with a zero behind them; the receiver frees them.</summary>
    internal int WriteTerminated(ReadOnlySpan<byte> bytes)
    {
        var address = _functions.Allocate(bytes.Length + 1);
        var span = _memory.GetSpan((uint)address, (ulong)bytes.Length + 1);
        bytes.CopyTo(span);
        span[^1] = 0;
        return address;
    }

    /// <summary>The values at an address, as QuickJS passes arguments.</summary>
    internal void ReadValues(int address, Span<int> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = BinaryPrimitives.ReadInt32LittleEndian(_memory.GetSpan((uint)address + ((uint)i * 4), 4));
        }
    }

    /// <summary>QuickJS tells of a promise that was rejected while nobody waited for it, and of one for which somebody does now.</summary>
    internal void Rejected(int promise, int reason, bool isHandled)
    {
        var identity = _functions.Identity(promise);
        if (!isHandled && (_rejections ??= []).Count < MaxRejections && _rejections.TryAdd(identity, (promise, reason)))
        {
            // The promise is kept, so that no other gets its address.
            return;
        }

        if (isHandled && _rejections is not null && _rejections.Remove(identity, out var kept))
        {
            _functions.Free(kept.Promise);
            _functions.Free(kept.Reason);
        }

        _functions.Free(promise);
        _functions.Free(reason);
    }

    /// <summary>Bytes of the heap.</summary>
    internal ReadOnlySpan<byte> Span(int address, int length) => _memory.GetSpan((uint)address, (uint)length);

    /// <summary>Writes a word into the heap.</summary>
    internal void WriteWord(int address, int value) => BinaryPrimitives.WriteInt32LittleEndian(_memory.GetSpan((uint)address, 4), value);

    /// <summary>Makes a value for JavaScript.</summary>
    internal int NewResult(double? number) => number is { } value ? _functions.NewNumber(value) : _functions.Undefined();

    /// <summary>Throws an Error inside JavaScript, once the host function that calls this has returned.</summary>
    internal void ThrowInside(string message)
    {
        var error = _functions.NewError();
        SetProperty(error, "message", NewString(Encoding.UTF8.GetBytes(message)));
        _functions.Throw(error);
    }

    private int Evaluate(ReadOnlySpan<byte> source, string name, int flags)
    {
        var code = WriteTerminated(source);
        var (file, _) = WriteText(name);
        var result = _functions.Evaluate(code, source.Length, file, flags);
        _functions.Release(code);
        _functions.Release(file);
        return Checked(result);
    }

    private void Restore(HeapImage image)
    {
        var missing = (long)image.Memory.Size - _memory.Length;
        if (missing > 0 && _memory.Grow((ulong)missing >> 16) < 0)
        {
            throw new Trap(LimitedResource.Memory, "the memory limit is too low for the script");
        }

        _memory.GoBackTo(image.Memory);
        _stackPointer.Value = WasmValue.I32(image.StackPointer);
        Entries = image.Entries;
        _scratch = image.Scratch;
        _undefined = image.Undefined;
    }

    private int Checked(int result) => _functions.IsException(result) ? throw Error(_functions.TakeException()) : result;

    private ScriptErrorException Error(int value)
    {
        if (!_functions.IsObject(value))
        {
            return new ScriptErrorException("Error", "thrown: " + Encoding.UTF8.GetString(ReadString(value, MaxErrorText, out _)), "");
        }

        return new ScriptErrorException(PropertyText(value, "name"), PropertyText(value, "message"), PropertyText(value, "stack"));
    }

    private string PropertyText(int value, string name)
    {
        var property = GetProperty(value, name);
        return _functions.IsString(property) ? Encoding.UTF8.GetString(ReadString(property, MaxErrorText, out _)) : "";
    }

    private int CallForValue(string entry, ReadOnlySpan<HeapArgument> arguments)
    {
        Span<int> values = stackalloc int[MaxArguments];
        for (var i = 0; i < arguments.Length; i++)
        {
            values[i] = NewValue(arguments[i]);
        }

        for (var i = 0; i < arguments.Length; i++)
        {
            WriteWord(_scratch + ArgumentsOffset + (i * sizeof(int)), values[i]);
        }

        var result = Checked(_functions.Call(Entries[entry], _undefined, arguments.Length, _scratch + ArgumentsOffset));
        for (var i = 0; i < arguments.Length; i++)
        {
            if (values[i] != _undefined)
            {
                _functions.Free(values[i]);
            }
        }

        return result;
    }

    private int NewValue(in HeapArgument argument) =>
        argument.Number is { } number
            ? _functions.NewNumber(number) : argument.IsUndefined
            ? _undefined : argument.IsBinary ? NewBytes(argument.Text.Span) : NewString(argument.Text.Span);

    private int NewBytes(ReadOnlySpan<byte> bytes)
    {
        var address = WriteTerminated(bytes);
        var value = _functions.NewBytes(address, bytes.Length);
        _functions.Release(address);
        return Checked(value);
    }

    private int NewString(ReadOnlySpan<byte> text)
    {
        if (text.Length < MaxShortText)
        {
            text.CopyTo(_memory.GetSpan((uint)(_scratch + TextOffset), (ulong)text.Length));
            return Checked(_functions.NewString(_scratch + TextOffset, text.Length));
        }

        var address = WriteTerminated(text);
        var value = _functions.NewString(address, text.Length);
        _functions.Release(address);
        return Checked(value);
    }

    private (int Address, int Length) WriteText(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return (WriteTerminated(bytes), bytes.Length);
    }

    private int GetProperty(int @object, string name)
    {
        var (address, _) = WriteText(name);
        var value = _functions.GetProperty(@object, address);
        _functions.Release(address);
        return value;
    }

    private void SetProperty(int @object, string name, int value)
    {
        var (address, _) = WriteText(name);
        _functions.SetProperty(@object, address, value);
        _functions.Release(address);
    }
}
