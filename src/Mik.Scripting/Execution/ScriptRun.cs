using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Mik.Scripting.Diagnostics;
using Mik.Scripting.Engine;
using Mik.Scripting.Sources;
using Mik.Wasm.Execution;

namespace Mik.Scripting.Execution;

/// <summary>
/// One run of a script on one thread. JavaScript runs until it has nothing left to do; then the thread waits for the first call or timer
/// that ends, tells the script, and lets it run again, until the script has answered.
/// </summary>
internal sealed class ScriptRun(ScriptModules modules, IScriptHost outside, CancellationToken cancellationToken) : IHeapHost, IDisposable
{
    private const int MaxLineCharacters = 8 << 10;
    private const long MaxKeptBytes = 32L << 20;

    // What a call and a timer cost their request besides what they are given.
    private const int CallBytes = 16 << 10;
    private const int TimerBytes = 128;

    // Texts exist as bytes, as a string, and as what they are taken apart to.
    private const int TextCopies = 4;

    private readonly object _signal = new();
    private readonly Queue<(int Call, HandlerAnswer Answer)> _ended = new();
    private readonly PriorityQueue<int, long> _timers = new();
    private readonly HashSet<int> _cancelledTimers = [];
    private readonly Dictionary<int, ReadOnlyMemory<byte>> _binaryBodies = [];
    private readonly Dictionary<int, BudgetShare> _shares = [];
    private readonly HashSet<int> _fetches = [];
    private ResourceBudget? _budget;
    private CancellationTokenSource? _callsStop;
    private HandlerCall? _held;
    private ScriptOutcome? _outcome;
    private int _running;
    private long _kept;

    /// <summary>Calls one of the driver's entries and runs the script to its answer.</summary>
    /// <exception cref="Trap">The deadline passed, or the heap broke down.</exception>
    public ScriptOutcome Run(ScriptHeap heap, string entry, params ReadOnlySpan<HeapArgument> arguments)
    {
        heap.Host = this;
        _budget = heap.Budget;
        using var stop = cancellationToken.UnsafeRegister(_ => Stop(heap), null);
        try
        {
            var run = heap.Start(entry, arguments);
            while (_outcome is null)
            {
                if (heap.RunJob())
                {
                    continue;
                }

                StartHeld(callerWaits: _timers.Count == 0);
                if (!DeliverOne(heap))
                {
                    WaitForNext(isOver: heap.IsSettled(run));
                }
            }

            foreach (var rejection in heap.UnhandledRejections())
            {
                outside.Unhandled(ScriptFailure.Of(rejection, modules));
            }

            if (_held is { } call)
            {
                outside.NotCalled(call.Handler);
            }

            return _outcome;
        }
        catch (ScriptErrorException error)
        {
            return new ScriptOutcome { Failure = ScriptFailure.Of(error, modules) };
        }
        finally
        {
            // What the script did not wait for ends with it.
            _callsStop?.Cancel();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _callsStop?.Dispose();

    /// <inheritdoc/>
    public string Resolve(string importer, string specifier) => modules.Resolve(importer, specifier);

    /// <inheritdoc/>
    public byte[] Load(string module) => modules.Load(module);

    /// <inheritdoc/>
    public void Output(string text)
    {
        if (outside.TakesLog)
        {
            outside.Log(ScriptLogLevel.Debug, text.Length > MaxLineCharacters ? text[..MaxLineCharacters] + "…" : text);
        }
        else
        {
            outside.LeaveOut(text.Length + 1);
        }
    }

    /// <inheritdoc/>
    public double? Call(ReadOnlySpan<byte> function, HostArguments arguments)
    {
        if (function.SequenceEqual("call"u8))
        {
            StartCall(arguments);
        }
        else if (function.SequenceEqual("fetch"u8))
        {
            StartFetch(arguments);
        }
        else if (function.SequenceEqual("done"u8))
        {
            Action<int> admitBody = bytes => Budget.Charge(LimitedResource.Body, bytes);
            _outcome ??= Response(
                (int)arguments.Number(0),
                (int)arguments.Number(1),
                arguments.Bytes(2, bytes => Budget.Charge(LimitedResource.Fields, (long)bytes * TextCopies)),
                (arguments.IsText(3) ? null : arguments.Binary(3, admitBody)) ?? arguments.Bytes(3, admitBody));
        }
        else if (function.SequenceEqual("failed"u8))
        {
            _outcome ??= new ScriptOutcome
            {
                Failure = ScriptFailure
                .Parse(arguments.Bytes(0, bytes => Budget.Charge(LimitedResource.Output, (long)bytes * TextCopies)), modules)
            };
        }
        else if (function.SequenceEqual("loaded"u8))
        {
            _outcome ??= new ScriptOutcome { Status = 200 };
        }
        else if (function.SequenceEqual("log"u8))
        {
            Log((ScriptLogLevel)(int)arguments.Number(0), arguments, 1);
        }
        else if (function.SequenceEqual("report"u8))
        {
            outside.Report(arguments.Bytes(0));
        }
        else if (function.SequenceEqual("random"u8))
        {
            return Random.Shared.NextDouble();
        }
        else if (function.SequenceEqual("entropy"u8))
        {
            return RandomNumberGenerator.GetInt32(int.MinValue, int.MaxValue);
        }
        else if (function.SequenceEqual("timer"u8))
        {
            Budget.Charge(LimitedResource.Timers, TimerBytes);
            _timers.Enqueue((int)arguments.Number(0), Stopwatch.GetTimestamp() + (long)(arguments.Number(1) * Stopwatch.Frequency / 1000));
        }
        else if (function.SequenceEqual("untimer"u8))
        {
            CancelTimer((int)arguments.Number(0));
        }

        return null;
    }

    private void StartCall(HostArguments arguments)
    {
        var id = (int)arguments.Number(0);
        var limit = arguments.Number(1);
        var share = new BudgetShare(Budget, LimitedResource.Calls);
        share.Charge(CallBytes);
        Action<int> admitText = bytes => share.Charge((long)bytes * TextCopies);
        var call = new HandlerCall(
            id,
            arguments.Text(2, admitText),
            arguments.Text(3, admitText),
            arguments.Text(4, admitText),
            arguments.IsText(5) ? Fields(arguments.Bytes(5, admitText)) : [],
            arguments.IsText(6) ? (ReadOnlyMemory<byte>?)arguments.Bytes(6, bytes => share.Charge(bytes)) : null,
            limit >= 0 ? TimeSpan.FromMilliseconds(Math.Min(limit, int.MaxValue)) : null)
        { Share = share };
        _shares.Add(id, share);
        _running++;
        StartHeld(callerWaits: false);
        _held = call;
    }

    private void StartFetch(HostArguments arguments)
    {
        var id = (int)arguments.Number(0);
        var share = new BudgetShare(Budget, LimitedResource.Calls);
        share.Charge(CallBytes);
        Action<int> admitText = bytes => share.Charge((long)bytes * TextCopies);
        var call = new FetchCall(
            arguments.Text(1, admitText), arguments.Text(2, admitText), Fields(arguments.Bytes(3, admitText)),
            arguments.Binary(4, bytes => share.Charge(bytes)), share);
        _shares.Add(id, share);
        _fetches.Add(id);
        _running++;
        Watch(id, outside.FetchAsync(call, StopCalls()));
    }

    /// <summary>
    /// Starts the latest call. It is held until the next one comes, or the script has nothing left to do: then this thread would only wait, and
    /// may do the work of the call itself, while those before it run elsewhere.
    /// </summary>
    private void StartHeld(bool callerWaits)
    {
        if (_held is not { } call)
        {
            return;
        }

        _held = null;
        Watch(call.Number, outside.CallAsync(call, callerWaits, StopCalls()));
    }

    private CancellationToken StopCalls() => (_callsStop ??= CancellationTokenSource.CreateLinkedTokenSource(cancellationToken)).Token;

    private void Watch(int id, Task<HandlerAnswer> task)
    {
        if (task.IsCompleted)
        {
            End(id, task);
        }
        else
        {
            _ = task.ContinueWith(ended => End(id, ended), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    private void End(int id, Task<HandlerAnswer> task)
    {
        lock (_signal)
        {
            _ended.Enqueue((id, task.IsCompletedSuccessfully ? task.Result : HandlerAnswer.Failure(HostCallCodes.HandlerError, "the call failed")));
            Monitor.Pulse(_signal);
        }
    }

    private bool TryTakeEnded(out (int Call, HandlerAnswer Answer) ended)
    {
        lock (_signal)
        {
            return _ended.TryDequeue(out ended);
        }
    }

    private void Stop(ScriptHeap heap)
    {
        heap.Interrupt("the script was stopped");
        lock (_signal)
        {
            Monitor.Pulse(_signal);
        }
    }

    /// <summary>Tells the script of a call that has ended or a timer that is due; false when there is neither.</summary>
    private bool DeliverOne(ScriptHeap heap)
    {
        if (TryTakeEnded(out var ended))
        {
            _running--;
            ThrowIfOverLimit();
            if (_fetches.Remove(ended.Call))
            {
                DeliverFetched(heap, ended.Call, ended.Answer);
                return true;
            }

            if (!TryKeep(ended.Call, ended.Answer) && _shares.Remove(ended.Call, out var share))
            {
                share.Dispose();
            }

            if (ended.Answer.Code is { } code)
            {
                heap.Call("settle", ended.Call, 0, Encoding.UTF8.GetBytes(code), Encoding.UTF8.GetBytes(ended.Answer.Message));
            }
            else
            {
                heap.Call("settle", ended.Call, ended.Answer.Status, Describe(ended.Answer.Headers), Utf8Text.WithoutMark(ended.Answer.Body));
            }

            return true;
        }

        DropCancelledTimers();
        if (_timers.TryPeek(out var timer, out var due) && due <= Stopwatch.GetTimestamp())
        {
            _timers.Dequeue();
            Budget.Release(TimerBytes);
            heap.Call("fire", timer);
            return true;
        }

        return false;
    }

    private void DeliverFetched(ScriptHeap heap, int call, HandlerAnswer answer)
    {
        _shares.Remove(call, out var share);
        share?.Dispose();
        if (answer.Code is { } code)
        {
            heap.Call("fetched", call, 0, Encoding.UTF8.GetBytes(code), Encoding.UTF8.GetBytes(answer.Message));
        }
        else
        {
            var fields = JsonSerializer.SerializeToUtf8Bytes(answer.Headers.Select(header => (string[])[header.Key, header.Value]));
            heap.Call("fetched", call, answer.Status, fields, HeapArgument.Binary(answer.Body));
        }
    }

    private void WaitForNext(bool isOver)
    {
        if (isOver)
        {
            _outcome = new ScriptOutcome { Failure = new ScriptFailure("Error", "the script broke down, and could not say over what", [], null) };
            return;
        }

        var hasTimer = _timers.TryPeek(out _, out var due);
        if (_running == 0 && !hasTimer)
        {
            _outcome = new ScriptOutcome
            {
                Failure = new ScriptFailure("Error", "the script waits for a promise that nothing will ever settle", [], null),
            };
            return;
        }

        outside.BeginWait();
        try
        {
            Wait(hasTimer ? due : null);
        }
        finally
        {
            outside.EndWait();
        }
    }

    /// <summary>Waits for the end of a call, or until a time of <see cref="Stopwatch"/>.</summary>
    private void Wait(long? due)
    {
        lock (_signal)
        {
            while (_ended.Count == 0)
            {
                if (cancellationToken.IsCancellationRequested)
                {
                    throw new Trap(TrapKind.Interrupted, "the script was stopped while it waited");
                }

                // Rounded up, so that a timer is due when the wait is over.
                var wait = due is { } time
                    ? (int)Math.Clamp(Math.Ceiling(Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), time).TotalMilliseconds), 0, int.MaxValue)
                    : Timeout.Infinite;
                if (wait == 0)
                {
                    return;
                }

                Monitor.Wait(_signal, wait);
            }
        }
    }

    private void DropCancelledTimers()
    {
        while (_timers.TryPeek(out var timer, out _) && _cancelledTimers.Remove(timer))
        {
            _timers.Dequeue();
            Budget.Release(TimerBytes);
        }
    }

    // Cancelled timers would stay until they are due. When most are, they are taken out.
    private void CancelTimer(int timer)
    {
        _cancelledTimers.Add(timer);
        if (_cancelledTimers.Count <= 64 || _cancelledTimers.Count * 2 < _timers.Count)
        {
            return;
        }

        var before = _timers.Count;
        var left = _timers.UnorderedItems.Where(item => !_cancelledTimers.Contains(item.Element)).ToArray();
        _timers.Clear();
        _timers.EnqueueRange(left);
        _cancelledTimers.Clear();
        Budget.Release((long)(before - left.Length) * TimerBytes);
    }

    private ResourceBudget Budget => _budget ?? throw new InvalidOperationException("Nothing runs.");

    // What calls bring in is charged on other threads; the script ends here.
    private void ThrowIfOverLimit()
    {
        if (Budget.Refusal is { Resource: LimitedResource.Calls } refusal)
        {
            throw new Trap(refusal);
        }
    }

    private void Log(ScriptLogLevel level, HostArguments arguments, int index)
    {
        if (outside.TakesLog)
        {
            outside.Log(level, arguments.Beginning(index, MaxLineCharacters));
        }
        else
        {
            outside.LeaveOut(arguments.Length(index) + 1);
        }
    }

    // JavaScript sees a body as text. One that is none, or that a mark begins, is kept, in case that the script passes it on.
    private bool TryKeep(int call, HandlerAnswer answer)
    {
        if (answer.Body.Length == 0 || _kept + answer.Body.Length > MaxKeptBytes || (Utf8.IsValid(answer.Body.Span) && !Utf8Text.HasMark(answer.Body.Span)))
        {
            return false;
        }

        _kept += answer.Body.Length;
        _binaryBodies.Add(call, answer.Body);
        return true;
    }

    private ScriptOutcome Response(int status, int call, byte[] fields, byte[] body) => new()
    {
        Status = status,
        Headers = Fields(fields),
        Body = call > 0 ? _binaryBodies.GetValueOrDefault(call, body) : body,
    };

    /// <summary>Header fields: pairs as JSON, or a content type alone.</summary>
    private static List<KeyValuePair<string, string>> Fields(byte[] fields)
    {
        if (fields.Length == 0)
        {
            return [];
        }

        if (fields[0] != (byte)'[')
        {
            return [new("content-type", Encoding.UTF8.GetString(fields))];
        }

        using var json = JsonDocument.Parse(fields);
        return [.. json.RootElement.EnumerateArray().Select(pair => new KeyValuePair<string, string>(pair[0].GetString()!, pair[1].GetString()!))];
    }

    /// <summary>
    /// Header fields as JSON: <c>[{name: values joined}, {name: [values]}]</c>, the second with those that came more than once, if there are any.
    /// </summary>
    private static byte[] Describe(IReadOnlyList<KeyValuePair<string, string>> headers)
    {
        var names = headers.GroupBy(header => header.Key, header => header.Value, StringComparer.Ordinal).ToArray();
        var buffer = new System.Buffers.ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            json.WriteStartObject();
            foreach (var values in names)
            {
                json.WriteString(values.Key, string.Join(", ", values));
            }

            json.WriteEndObject();
            if (names.Length < headers.Count)
            {
                json.WriteStartObject();
                foreach (var values in names.Where(values => values.Skip(1).Any()))
                {
                    json.WriteStartArray(values.Key);
                    foreach (var value in values)
                    {
                        json.WriteStringValue(value);
                    }

                    json.WriteEndArray();
                }

                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
