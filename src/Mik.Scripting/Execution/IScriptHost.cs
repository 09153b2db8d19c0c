using Mik.Scripting.Diagnostics;
using Mik.Wasm.Execution;

namespace Mik.Scripting.Execution;

/// <summary>How important a line of a script's console is.</summary>
internal enum ScriptLogLevel
{
    /// <summary><c>console.debug</c></summary>
    Debug,
    /// <summary><c>console.log</c>, <c>console.info</c></summary>
    Information,
    /// <summary><c>console.warn</c></summary>
    Warning,
    /// <summary><c>console.error</c></summary>
    Error,
}

/// <summary>What <c>host.call</c> was given.</summary>
/// <param name="Number">Which call of the run it is, from 1.</param>
/// <param name="Handler">Name of the handler.</param>
/// <param name="Method">HTTP method.</param>
/// <param name="Path">Path and query.</param>
/// <param name="Headers">Header fields.</param>
/// <param name="Body">Bytes of the body; null is none.</param>
/// <param name="Timeout">The script's own limit; null is none.</param>
internal sealed record HandlerCall(
    int Number, string Handler, string Method, string Path, IReadOnlyList<KeyValuePair<string, string>> Headers, ReadOnlyMemory<byte>? Body, TimeSpan? Timeout)
{
    /// <summary>What the call takes of the script's budget, from its start until the script has its answer; the answer is charged to it.</summary>
    public BudgetShare? Share { get; init; }
}

/// <summary>What <c>fetch</c> was given.</summary>
/// <param name="Method">HTTP method.</param>
/// <param name="Url">Where to.</param>
/// <param name="Headers">Header fields.</param>
/// <param name="Body">Bytes of the body; null is none.</param>
/// <param name="Share">What the call takes of the script's budget; the answer is charged to it.</param>
internal sealed record FetchCall(string Method, string Url, IReadOnlyList<KeyValuePair<string, string>> Headers, ReadOnlyMemory<byte>? Body, BudgetShare Share);

/// <summary>What became of a call: a response, or a code and a message.</summary>
internal sealed record HandlerAnswer
{
    /// <summary>Why there is no response, in the words of <c>e.code</c>; null when there is one.</summary>
    public string? Code { get; private init; }

    /// <summary>More about <see cref="Code"/>.</summary>
    public string Message { get; private init; } = "";

    /// <summary>Status of the response.</summary>
    public int Status { get; private init; }

    /// <summary>Header fields, names in lower case, each as often as it came.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; private init; } = [];

    /// <summary>The body.</summary>
    public ReadOnlyMemory<byte> Body { get; private init; }

    /// <summary>A response.</summary>
    public static HandlerAnswer Response(int status, IReadOnlyList<KeyValuePair<string, string>> headers, ReadOnlyMemory<byte> body) =>
        new() { Status = status, Headers = headers, Body = body };

    /// <summary>No response.</summary>
    public static HandlerAnswer Failure(string code, string message) => new() { Code = code, Message = message };
}

/// <summary>The world that a script reaches. Methods are called on the script's thread and return at once.</summary>
internal interface IScriptHost
{
    /// <summary>Takes a line of the console.</summary>
    void Log(ScriptLogLevel level, string text);

    /// <summary>What the script sees as <c>host.env</c>: an object of JSON, or nothing when it is empty.</summary>
    ReadOnlyMemory<byte> Environment => default;

    /// <summary>Whether more lines of the console are taken. When not, they are told to <see cref="LeaveOut"/>.</summary>
    bool TakesLog => true;

    /// <summary>Takes how many bytes of the console were left out because of <see cref="TakesLog"/>.</summary>
    void LeaveOut(long bytes)
    {
    }

    /// <summary>Takes an error that rejected a promise for whose outcome nobody asked.</summary>
    void Unhandled(ScriptFailure failure)
    {
    }

    /// <summary>Takes the handler of a call that was not made, because the script answered and did not wait for it.</summary>
    void NotCalled(string handler)
    {
    }

    /// <summary>Takes how long it took to have a fresh heap, to run the script in it, waits included, and to put the heap back into its first state.</summary>
    void HeapUsed(TimeSpan taking, TimeSpan running, TimeSpan returning)
    {
    }

    /// <summary>The script is about to wait for its calls and timers: the processor may do other things.</summary>
    void BeginWait()
    {
    }

    /// <summary>The script has waited.</summary>
    void EndWait()
    {
    }

    /// <summary>Takes what a test file tells of its tests, as JSON.</summary>
    void Report(ReadOnlyMemory<byte> json)
    {
    }

    /// <summary>Starts a call of a handler. The task never faults.</summary>
    /// <param name="call">The call.</param>
    /// <param name="callerWaits">Whether the script has nothing else to do now than to wait: a quick handler may run on its thread.</param>
    /// <param name="cancellationToken">Stops it.</param>
    Task<HandlerAnswer> CallAsync(HandlerCall call, bool callerWaits, CancellationToken cancellationToken);

    /// <summary>Starts an outgoing call. The task never faults.</summary>
    /// <param name="call">The call.</param>
    /// <param name="cancellationToken">Stops it.</param>
    Task<HandlerAnswer> FetchAsync(FetchCall call, CancellationToken cancellationToken) =>
        Task.FromResult(HandlerAnswer.Failure(HostCallCodes.NotAllowed, "nothing can be fetched here"));
}
