using System.Text.Json;
using Mik.Scripting.Diagnostics;
using Mik.Scripting.Engine;
using Mik.Scripting.Execution;
using Mik.Scripting.Sources;
using Mik.Wasm.Execution;

namespace Mik.Scripting.Testing;

/// <summary>Runs one test file in a heap of its own. A test that never comes back ends the file.</summary>
internal sealed class TestFile : IScriptHost, IDisposable
{
    private static readonly TimeSpan LoadLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);
    private static readonly Lazy<HeapImage> Driver = new(() => DriverImage.Boot("mik:tests", isForTests: true, "start", "settle", "fire"));

    private readonly string _file;
    private readonly ScriptModules _modules;
    private readonly CancellationTokenSource _stop;
    private readonly CancellationToken _outer;
    private readonly List<TestResult> _tests = [];
    private readonly List<(ScriptLogLevel Level, string Text)> _log = [];
    private (IReadOnlyList<string> Path, TimeSpan Limit)? _running;
    private ScriptFailure? _rejection;

    private TestFile(ScriptFolder folder, string file, CancellationToken cancellationToken)
    {
        _file = file;
        _modules = new ScriptModules(folder, isForTests: true);
        _outer = cancellationToken;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
    }

    /// <summary>Runs it. Blocks, on a deep stack.</summary>
    /// <param name="folder">The folder of scripts.</param>
    /// <param name="file">The file, as a module.</param>
    /// <param name="filter">Part of the name of the file or of a test; null is all.</param>
    /// <param name="memoryBytes">Memory limit of the heap.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static TestFileResult Run(ScriptFolder folder, string file, string? filter, long memoryBytes, CancellationToken cancellationToken)
    {
        using var test = new TestFile(folder, file, cancellationToken);
        return test.Run(filter, memoryBytes);
    }

    /// <inheritdoc/>
    public void Log(ScriptLogLevel level, string text) => _log.Add((level, text));

    /// <inheritdoc/>
    public void Unhandled(ScriptFailure failure) =>
        _rejection ??= failure with { Message = $"nobody waited for a promise that was rejected: {failure.Message}" };

    /// <inheritdoc/>
    public void Report(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        var root = document.RootElement;
        string[] path = [.. root.GetProperty("path").EnumerateArray().Select(name => name.GetString()!)];
        var state = root.GetProperty("state").GetString();
        if (state == "started")
        {
            var limit = TimeSpan.FromMilliseconds(Math.Clamp(root.GetProperty("timeout").GetDouble(), 1, 3_600_000));
            _running = (path, limit);
            _stop.CancelAfter(limit + Grace);
            return;
        }

        _running = null;
        _stop.CancelAfter(LoadLimit);
        var duration = root.TryGetProperty("milliseconds", out var milliseconds) ? TimeSpan.FromMilliseconds(milliseconds.GetDouble()) : TimeSpan.Zero;
        var failure = root.TryGetProperty("error", out var error) ? ScriptFailure.Parse(JsonSerializer.SerializeToUtf8Bytes(error), _modules) : null;
        _tests.Add(new TestResult(_file, path, Enum.Parse<TestState>(state!, ignoreCase: true), duration, failure));
    }

    /// <inheritdoc/>
    public Task<HandlerAnswer> CallAsync(HandlerCall call, bool callerWaits, CancellationToken cancellationToken) =>
        Task.FromResult(HandlerAnswer.Failure(HostCallCodes.HandlerError, "no handler can be called in a test; use createTestHost"));

    /// <inheritdoc/>
    public void Dispose() => _stop.Dispose();

    private TestFileResult Run(string? filter, long memoryBytes)
    {
        ScriptFailure? failure;
        try
        {
            _stop.CancelAfter(LoadLimit);
            using var heap = ScriptHeap.From(Driver.Value, memoryBytes);
            using var run = new ScriptRun(_modules, this, _stop.Token);
            failure = run.Run(heap, "start", JsonSerializer.SerializeToUtf8Bytes(new { file = _file, filter })).Failure ?? _rejection;
        }
        catch (Trap trap)
        {
            _outer.ThrowIfCancellationRequested();
            failure = Ended(trap);
        }

        return new TestFileResult(_file, _tests, _log, failure);
    }

    /// <summary>What a trap means: the running test is to blame, else the file.</summary>
    private ScriptFailure? Ended(Trap trap)
    {
        var why = new ScriptFailure(
            "Error", trap.Kind == TrapKind.Interrupted ? "it did not come back in time (an endless loop?); the tests behind it were not run" : trap.Message, [],
            null);
        if (_running is not { } running)
        {
            return why;
        }

        _tests.Add(new TestResult(_file, running.Path, TestState.Failed, running.Limit, why));
        return null;
    }
}
