using System.Globalization;
using System.IO.Pipelines;
using Mik.Testing;
using Mik.Wasi.Http;
using Mik.Wasm.Execution;

namespace Mik.Wasi.Tests.Http;

/// <summary>Instances are used again, and nothing of one request may reach the next.</summary>
public sealed class SecretsTests
{
    private const int Requests = 1_000_000;
    private const int StackBytes = 16 << 20;

    [Fact]
    public async Task MillionRequests_ThatLeaveSecretsEverywhere_NeverFindOne()
    {
        var component = HttpComponent.Load(Guests.Read("secrets"), "secrets", cancellationToken: CancellationToken.None);
        var next = 0;
        var served = 0;
        var finds = new List<string>();
        var threads = Enumerable.Range(0, Environment.ProcessorCount).Select(_ => OnThread(() =>
        {
            while (Interlocked.Increment(ref next) is var number && number <= Requests)
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
        Assert.Equal(Requests, served);
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
        component.Handle(exchange, new WasiHttpContext(), Limits);
        return answer.Text;
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
