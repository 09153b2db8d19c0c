using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Mik.Scripting.Diagnostics;
using Mik.Scripting.Execution;
using Mik.Scripting.Sources;

namespace Mik.Scripting.Tests;

/// <summary>A folder of scripts made by a test, and handlers that are C# functions.</summary>
internal sealed class ScriptBench : IScriptHost, IDisposable
{
    private const int StackBytes = 16 << 20;

    public ScriptBench(params (string Name, string Source)[] files)
    {
        Root = Directory.CreateTempSubdirectory("mik-scripts-").FullName;
        Folder = new ScriptFolder(Path.Combine(Root, "scripts"));
        Directory.CreateDirectory(Folder.Root);
        foreach (var (name, source) in files)
        {
            Write(name, source);
        }
    }

    public string Root { get; }

    public ScriptFolder Folder { get; }

    public long MemoryBytes { get; init; } = 64L << 20;

    public ConcurrentQueue<(ScriptLogLevel Level, string Text)> Log { get; } = new();

    public Func<HandlerCall, CancellationToken, Task<HandlerAnswer>> Handler { get; set; } =
        (_, _) => Task.FromResult(HandlerAnswer.Failure("MODULE_NOT_FOUND", "there are no handlers"));

    public ConcurrentQueue<(string Handler, bool MayHaveThread)> Calls { get; } = new();

    public ConcurrentQueue<ScriptFailure> Rejections { get; } = new();

    public string Write(string name, string source)
    {
        var path = Path.GetFullPath(Path.Combine(Folder.Root, name));
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, source);
        return path;
    }

    public ScriptProgram Load(string module, CancellationToken cancellationToken = default) => OnDeepStack(() =>
        ScriptProgram.Load(Path.GetFileNameWithoutExtension(module), Folder, $"scripts/{module}", MemoryBytes, this, cancellationToken));

    public ScriptOutcome Run(
        ScriptProgram program, string body = "", string head = """{"method":"POST","path":"/","headers":{},"query":{},"queryAll":{}}""",
        CancellationToken cancellationToken = default) =>
        OnDeepStack(() =>
        {
            ScriptOutcome? answer = null;
            program.Run(
                Encoding.UTF8.GetBytes(head), Encoding.UTF8.GetBytes(body), this, outcome => answer = outcome,
                new Mik.Wasm.Execution.ResourceBudget(MemoryBytes), cancellationToken);
            return answer!;
        });

    /// <summary>Runs a script of one file.</summary>
    public static ScriptOutcome RunOnce(string source, string body = "", string file = "test.js")
    {
        using var bench = new ScriptBench((file, source));
        return bench.Run(bench.Load(file), body);
    }

    public static string Text(ScriptOutcome outcome) => Encoding.UTF8.GetString(outcome.Body.Span);

    public static HandlerAnswer Json(int status, object body) =>
        HandlerAnswer.Response(status, [new("content-type", "application/json")], JsonSerializer.SerializeToUtf8Bytes(body));

    public static T OnDeepStack<T>(Func<T> function)
    {
        T? result = default;
        Exception? failure = null;
        var thread = new Thread(
            () =>
            {
                try
                {
                    result = function();
                }
                catch (Exception exception)
                {
                    failure = exception;
                }
            },
            StackBytes);
        thread.Start();
        thread.Join();
        return failure is null ? result! : throw new AggregateException(failure.Message, failure).InnerException!;
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);

    void IScriptHost.Log(ScriptLogLevel level, string text) => Log.Enqueue((level, text));

    Task<HandlerAnswer> IScriptHost.CallAsync(HandlerCall call, bool callerWaits, CancellationToken cancellationToken)
    {
        Calls.Enqueue((call.Handler, callerWaits));
        return Handler(call, cancellationToken);
    }

    void IScriptHost.Unhandled(ScriptFailure failure) => Rejections.Enqueue(failure);
}
