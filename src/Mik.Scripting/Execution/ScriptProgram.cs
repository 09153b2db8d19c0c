using System.Collections.Concurrent;
using System.Diagnostics;
using Mik.Scripting.Diagnostics;
using Mik.Scripting.Engine;
using Mik.Scripting.Sources;
using Mik.Wasm.Execution;

namespace Mik.Scripting.Execution;

/// <summary>
/// A script that has been loaded: an image of a heap in which the driver, <c>mik-sdk</c> and the script with all that it imports have been
/// evaluated. Every run starts from that image, in a heap of its own; heaps are used again after their memory was written over.
/// </summary>
internal sealed class ScriptProgram
{
    /// <summary>What the top level of a script, with all that it imports, may leave in memory.</summary>
    public const int MaxTopLevelBytes = 32 << 20;

    private const int KeptHeaps = 64;

    private static readonly Lazy<HeapImage> Driver = new(() => DriverImage.Boot("mik:driver", isForTests: false, "start", "settle", "fetched", "fire", "load"));

    private readonly ConcurrentBag<ScriptHeap> _idle = [];
    private readonly ScriptModules _modules;
    private readonly HeapImage _image;
    private readonly long _memoryBytes;
    private int _isReleased;

    private ScriptProgram(string name, ScriptModules modules, HeapImage image, long memoryBytes)
    {
        Name = name;
        _modules = modules;
        _image = image;
        _memoryBytes = memoryBytes;
    }

    /// <summary>What a run needs of the thread that it is on.</summary>
    public static ExecutionLimits Limits { get; } = ScriptEngine.Limits(0);

    /// <summary>Name of the script.</summary>
    public string Name { get; }

    /// <summary>Whether a file has changed since it was read.</summary>
    public bool HasChanged => _modules.HasChanged;

    /// <summary>Bytes that it takes while nothing runs, heaps that wait for work left out.</summary>
    public long SizeBytes => _image.Bytes + _modules.SizeBytes;

    /// <summary>Compiles the engine and evaluates the driver, once. Blocks, on a deep stack.</summary>
    public static void Prepare() => _ = Driver.Value;

    /// <summary>Loads a script. Blocks, on a deep stack.</summary>
    /// <param name="name">Name of the script.</param>
    /// <param name="folder">Its folder.</param>
    /// <param name="module">Its module.</param>
    /// <param name="memoryBytes">Memory limit of a heap.</param>
    /// <param name="outside">Takes what it logs at its top level.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="ScriptLoadException">It cannot be loaded; the message says why and where.</exception>
    public static ScriptProgram Load(
        string name, ScriptFolder folder, string module, long memoryBytes, IScriptHost outside, CancellationToken cancellationToken)
    {
        var modules = new ScriptModules(folder, isForTests: false);
        try
        {
            using var heap = ScriptHeap.From(Driver.Value, memoryBytes);
            using var run = new ScriptRun(modules, outside, cancellationToken);
            var outcome = run.Run(heap, "load", System.Text.Encoding.UTF8.GetBytes(module));
            return outcome.Failure is { } failure ? throw new ScriptLoadException(name, failure, modules)
                : heap.TryCapture(Driver.Value.Bytes + MaxTopLevelBytes) is { } image ? new ScriptProgram(name, modules, image, memoryBytes)
                : throw new ScriptLoadException(name, TooLarge(module), modules);
        }
        catch (Trap trap)
        {
            throw new ScriptLoadException(name, new ScriptFailure("Error", $"its top level was ended: {trap.Message}", [], null), modules);
        }
    }

    /// <summary>From now on it can be run, until <see cref="Leave"/>. False when it was released before: it must be loaded again.</summary>
    public bool TryEnter() => _image.Memory.TryAddUser();

    /// <summary>Whoever entered will not run it any more.</summary>
    public void Leave() => _image.Memory.RemoveUser();

    /// <summary>
    /// Runs the script for one request, on the calling thread, which must have a deep stack. Who runs it has entered, or nobody has released it.
    /// </summary>
    /// <param name="head">The request without its body, as JSON.</param>
    /// <param name="body">The body.</param>
    /// <param name="outside">The world that it reaches.</param>
    /// <param name="answered">Takes the outcome as soon as it is there; what follows is only the heap's way back.</param>
    /// <param name="budget">What the run may use.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="Trap">It was stopped, or its heap broke down; there was no outcome.</exception>
    public void Run(
        ReadOnlyMemory<byte> head, ReadOnlyMemory<byte> body, IScriptHost outside, Action<ScriptOutcome> answered, ResourceBudget budget,
        CancellationToken cancellationToken)
    {
        var startedAt = Stopwatch.GetTimestamp();
        var heap = _idle.TryTake(out var idle) ? idle : ScriptHeap.From(_image, _memoryBytes);
        var takenAt = Stopwatch.GetTimestamp();
        var endedAt = takenAt;
        var isSound = false;
        try
        {
            heap.DrawOn(budget);
            ScriptOutcome outcome;
            using (var run = new ScriptRun(_modules, outside, cancellationToken))
            {
                outcome = run.Run(heap, "start", head, Utf8Text.WithoutMark(body), outside.Environment);
            }

            // From here on the request may be over, and its token another's.
            isSound = true;
            endedAt = Stopwatch.GetTimestamp();
            answered(outcome);
        }
        finally
        {
            if (isSound && _idle.Count < KeptHeaps && heap.TryReset())
            {
                _idle.Add(heap);
                if (Volatile.Read(ref _isReleased) != 0)
                {
                    FreeIdle();
                }
            }
            else
            {
                heap.Dispose();
            }

            outside.HeapUsed(Stopwatch.GetElapsedTime(startedAt, takenAt), Stopwatch.GetElapsedTime(takenAt, endedAt), Stopwatch.GetElapsedTime(endedAt));
        }
    }

    /// <summary>Frees what it has, as soon as those that entered have left.</summary>
    public void Release()
    {
        if (Interlocked.Exchange(ref _isReleased, 1) == 0)
        {
            FreeIdle();
            _image.Dispose();
        }
    }

    private static ScriptFailure TooLarge(string module) => new(
        "Error",
        $"{module} cannot be loaded: its top level and those of its imports leave more than {MaxTopLevelBytes >> 20} MB in memory, which every request would "
            + "start from; make large values inside the handler, or keep less of them",
        [],
        null);

    private void FreeIdle()
    {
        while (_idle.TryTake(out var heap))
        {
            heap.Dispose();
        }
    }
}
