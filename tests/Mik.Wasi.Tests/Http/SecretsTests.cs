using System.Globalization;
using System.IO.Pipelines;
using Mik.Testing;
using Mik.Wasi.Http;
using Mik.Wasm.Execution;

namespace Mik.Wasi.Tests.Http;

/// <summary>
/// Instances are used again, and nothing of one request may reach the next. <c>MIK_SECRETS_REQUESTS=100000</c> makes it as many of each guest.
/// </summary>
public sealed class SecretsTests
{
    private const int StackBytes = 16 << 20;

    [Theory]
    [InlineData("secrets/secrets", 1_000_000)]
    // Of 0.3: half of the requests wait for a timer, so that instances are alive side by side.
    [InlineData("p3/secrets", 5_000, 64)]
    // What the collector keeps: globals, tables, segments, exceptions; of instances that go back to their first state, and of those whose start made objects.
    [InlineData("secrets/objects", 50_000)]
    [InlineData("secrets/objects-made", 10_000)]
    public async Task ManyRequests_ThatLeaveSecretsEverywhere_NeverFindOne(string guest, int requests, int atOnce = 4)
    {
        var component = HttpComponent.Load(Guests.Read(guest), guest, cancellationToken: CancellationToken.None);
        requests = int.Parse(Environment.GetEnvironmentVariable("MIK_SECRETS_REQUESTS") ?? $"{requests}", CultureInfo.InvariantCulture);
        var next = 0;
        var served = 0;
        var finds = new List<string>();
        var threads = Enumerable.Range(0, atOnce).Select(_ => OnThread(() =>
        {
            while (Interlocked.Increment(ref next) is var number && number <= requests)
            {
                var answer = Serve(component, number);
                if (answer != "0\n")
                {
                    lock (finds)
                    {
                        finds.Add(answer);
                    }
                    return;
                }
                Interlocked.Increment(ref served);
            }
        })).ToArray();
        await Task.WhenAll(threads);
        component.Release();

        Assert.Empty(finds);
        Assert.Equal(requests, served);
    }

    private static string Serve(HttpComponent component, int number)
    {
        var answer = new GuestAnswer();
        var exchange = new HttpExchange
        {
            Method = "GET",
            Scheme = "http",
            PathWithQuery = string.Create(CultureInfo.InvariantCulture, $"/{number}"),
            RequestHeaders = [],
            RequestBody = PipeReader.Create(Stream.Null),
            Response = answer,
        };
        var context = new WasiHttpContext();
        if (component.Begin(exchange, context, Limits) is { } call)
        {
            RunTurns(call);
        }
        else
        {
            component.Handle(exchange, context, Limits);
        }
        return answer.Text;
    }

    private static void RunTurns(HttpCall call)
    {
        using var woken = new SemaphoreSlim(0);
        call.Wake = () => woken.Release();
        while (!call.RunTurn())
        {
            woken.Wait();
        }
        Assert.Null(call.Failure);
    }

    private static readonly ExecutionLimits Limits = new();

    private static Task OnThread(Action work)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(
            () =>
            {
                try
                {
                    work();
                    done.SetResult();
                }
                catch (Exception exception)
                {
                    done.SetException(exception);
                }
            },
            StackBytes);
        thread.UnsafeStart();
        return done.Task;
    }
}
