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
    private const int KeptHeaps = 64;

    private static readonly Lazy<HeapImage> Driver = new(() => DriverImage.Boot("mik:driver", isForTests: false, "start", "settle", "fetched", "fire", "load"));

    private readonly ConcurrentBag<ScriptHeap> _idle = [];
    private readonly ScriptModules _modules;
    private readonly HeapImage _image;
    private readonly long _memoryBytes;

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
            return outcome.Failure is { } failure
                ? throw new ScriptLoadException(name, failure, modules)
                : new ScriptProgram(name, modules, heap.Capture(), memoryBytes);
        }
        catch (Trap trap)
        {
            throw new ScriptLoadException(name, new ScriptFailure("Error", $"its top level was ended: {trap.Message}", [], null), modules);
        }
    }

    /// <summary>Runs the script for one request, on the calling thread, which must have a deep stack.</summary>
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
            }
            else
            {
                heap.Dispose();
            }

            outside.HeapUsed(Stopwatch.GetElapsedTime(startedAt, takenAt), Stopwatch.GetElapsedTime(takenAt, endedAt), Stopwatch.GetElapsedTime(endedAt));
        }
    }

    /// <summary>Frees the heaps that wait for work. The program may still run.</summary>
    public void Release()
    {
        while (_idle.TryTake(out var heap))
        {
            heap.Dispose();
        }
    }
}
