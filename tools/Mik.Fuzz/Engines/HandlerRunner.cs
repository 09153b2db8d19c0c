using System.IO.Pipelines;
using System.Text;
using Mik.Wasi.Http;
using Mik.Wasi.Tests.Http;
using Mik.Wasm.Execution;

namespace Mik.Fuzz.Engines;

/// <summary>Serves requests with components of handlers, as the server does, but without one.</summary>
internal static class HandlerRunner
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMilliseconds(200);

    // Between a deadline and the end of a turn there is a look at a loop, and a busy machine.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly ExecutionLimits Limits = new() { MemoryBytes = 8 << 20, StackBytes = 256 << 10 };

    /// <summary>The component, or null when it is refused.</summary>
    public static HttpComponent? TryLoad(byte[] bytes)
    {
        try
        {
            return HttpComponent.Load(bytes, "guest", maximumFunctions: 10_000);
        }
        catch (HttpComponentException)
        {
            return null;
        }
    }

    /// <summary>What a request gets: status and body, or how it ended.</summary>
    /// <exception cref="TimeoutException">It goes on long after its deadline.</exception>
    /// <exception cref="InvalidOperationException">It ended by what no guest may bring about, or its budget was not given back.</exception>
    public static async Task<string> ServeAsync(HttpComponent component, string target, string body)
    {
        using var stop = new CancellationTokenSource(Deadline);
        var request = new Pipe();
        await request.Writer.WriteAsync(Encoding.UTF8.GetBytes(body), CancellationToken.None);
        await request.Writer.CompleteAsync();
        var receiver = new GuestAnswer();
        var exchange = new HttpExchange
        {
            Method = body.Length == 0 ? "GET" : "POST",
            Scheme = "http",
            Authority = "test",
            PathWithQuery = target,
            RequestHeaders = [],
            RequestBody = request.Reader,
            Response = receiver,
        };
        var context = new WasiHttpContext { CancellationToken = stop.Token };
        var run = Task.Factory.StartNew(
            () => Run(component, exchange, context), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        var failure = await run.WaitAsync(Patience, CancellationToken.None);
        if (failure is not (null or Trap or TrapAfterResponseException or InvalidResponseException
            or NoResponseException or IncompleteBodyException or OperationCanceledException))
        {
            throw new InvalidOperationException($"it ended by {failure.GetType().Name}: {failure.Message}", failure);
        }
        if (context.Budget.Used != 0)
        {
            throw new InvalidOperationException($"{context.Budget.Used} bytes of its budget were not given back");
        }
        return failure is null ? $"{receiver.Status} {receiver.Text}" : failure.GetType().Name;
    }

    private static Exception? Run(HttpComponent component, HttpExchange exchange, WasiHttpContext context)
    {
        try
        {
            component.Handle(exchange, context, Limits);
            return null;
        }
        catch (Exception exception)
        {
            return exception;
        }
    }
}
