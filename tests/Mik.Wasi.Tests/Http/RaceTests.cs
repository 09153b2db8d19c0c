using System.IO.Pipelines;
using Mik.Testing;
using Mik.Wasi.Http;
using Mik.Wasi.Http.Types;
using Mik.Wasm.Execution;

namespace Mik.Wasi.Tests.Http;

/// <summary>
/// What the host does for guests of 0.3 ends on other threads while guests read, write, cancel and drop, and while their instances are ended, given back or
/// shared. Nothing may hang, and each call ends as itself.
/// </summary>
public sealed class RaceTests
{
    private const int Workers = 8;
    private const int Rounds = 60;

    // A shared instance is ended in time, whatever else the machine does.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(20, 1)]
    [InlineData(20, 4)]
    public async Task Echo_BodiesThatBreakOffAndClientsThatLeave_EachCallEnds(int requests, int atOnce)
    {
        var component = Load("p3/echo");
        await RaceAsync(component, requests, atOnce, random => ("/", random.Next(4) > 0));
        var (failure, answer) = await ServeAsync(component, new InstanceReuse(), "/", new System.Random(1), isDisturbed: false);
        Assert.Null(failure);
        Assert.Equal(200, answer);
        component.Release();
    }

    [Theory]
    [InlineData(20, 1)]
    [InlineData(20, 4)]
    public async Task Reuse_TasksThatAreCancelledAndTrap_EachCallEnds(int requests, int atOnce)
    {
        var component = Load("p3/reuse");
        string[] ways = ["/", "/wait", "/keep", "/say", "/wait", "/closed", "/stubborn", "/trap"];
        await RaceAsync(component, requests, atOnce, random => (ways[random.Next(ways.Length)], true));
        var (failure, _) = await ServeAsync(component, new InstanceReuse(), "/", new System.Random(1), isDisturbed: false);
        Assert.Null(failure);
        component.Release();
    }

    private static HttpComponent Load(string guest) => HttpComponent.Load(File.ReadAllBytes(Guests.PathOf(guest)), guest);

    private static Task RaceAsync(HttpComponent component, int requests, int atOnce, Func<System.Random, (string Way, bool IsDisturbed)> choose)
    {
        var reuse = new InstanceReuse { Requests = requests, AtOnce = atOnce, CancelTime = TimeSpan.FromMilliseconds(20) };

        // The memory of guests that do not expect each other may end them in any way.
        return Task.WhenAll(Enumerable.Range(0, Workers).Select(worker => Task.Run(async () =>
        {
            var random = new System.Random(worker);
            for (var round = 0; round < Rounds; round++)
            {
                var (way, isDisturbed) = choose(random);
                var (failure, _) = await ServeAsync(component, reuse, way, random, isDisturbed);
                Assert.True(
                    failure is null or NoResponseException or IncompleteBodyException or InvalidResponseException or SharedInstanceException
                        or Trap { Kind: TrapKind.Interrupted or TrapKind.Unreachable } or TrapAfterResponseException
                        || (atOnce > 1 && failure is Trap),
                    $"worker {worker}, round {round}, {way}: {failure}");
            }
        })));
    }

    private static async Task<(Exception? Failure, int Status)> ServeAsync(
        HttpComponent component, InstanceReuse reuse, string way, System.Random random, bool isDisturbed)
    {
        using var stop = new CancellationTokenSource();
        var limits = new ExecutionLimits { MemoryBytes = 64 << 20 };
        var context = new WasiHttpContext { CancellationToken = stop.Token, Budget = new ResourceBudget(limits.MemoryBytes) };
        var (request, response) = (new Pipe(), new Pipe());
        var receiver = new Receiver(response.Writer);
        var exchange = new HttpExchange
        {
            Method = "POST",
            Scheme = "http",
            Authority = "test",
            PathWithQuery = way,
            RequestHeaders = [],
            RequestBody = request.Reader,
            Response = receiver,
        };
        var client = Task.WhenAll(
            WriteAsync(request.Writer, random.Next(), isDisturbed), ReadAsync(response.Reader, random.Next(), isDisturbed));
        var stopping = isDisturbed ? StopAsync(stop, random.Next()) : Task.CompletedTask;
        var call = component.Begin(exchange, context, limits, reuse)!;
        using var woken = new SemaphoreSlim(0);
        call.Wake = () => woken.Release();
        while (!call.RunTurn())
        {
            Assert.True(await woken.WaitAsync(Limit, CancellationToken.None), $"{way} hangs");
        }

        // From now on both pipes are another's: whoever touches them throws.
        await response.Writer.CompleteAsync();
        request.Reader.CancelPendingRead();
        await request.Reader.CompleteAsync();
        await Task.WhenAll(client, stopping).WaitAsync(Limit, CancellationToken.None);
        Assert.Equal(0, context.Budget.Used);
        return (call.Failure, receiver.Status);
    }

    private static async Task WriteAsync(PipeWriter writer, int seed, bool isDisturbed)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var random = new System.Random(seed);
        for (var piece = random.Next(6); piece > 0; piece--)
        {
            if ((await writer.WriteAsync(new byte[random.Next(1, 40_000)])).IsCompleted)
            {
                break;
            }

            Thread.SpinWait(random.Next(2000));
        }

        await writer.CompleteAsync(isDisturbed && random.Next(3) == 0 ? new IOException("the client broke its body off") : null);
    }

    private static async Task ReadAsync(PipeReader reader, int seed, bool isDisturbed)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var random = new System.Random(seed);
        while (true)
        {
            var read = await reader.ReadAsync();
            reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted || (isDisturbed && random.Next(4) == 0))
            {
                await reader.CompleteAsync();
                return;
            }
        }
    }

    // "wait" ends by this alone.
    private static async Task StopAsync(CancellationTokenSource stop, int seed)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        Thread.SpinWait(new System.Random(seed).Next(200_000));
        await stop.CancelAsync();
    }

    private sealed class Receiver(PipeWriter body) : IResponseReceiver
    {
        public int Status { get; private set; }

        public PipeWriter Body => body;

        public void Start(int status, IReadOnlyList<KeyValuePair<string, byte[]>> headers) => Status = status;

        public void Trailers(IReadOnlyList<KeyValuePair<string, byte[]>> trailers)
        {
        }

        public void Fail(ErrorCode error) => Status = error.Status;
    }
}
