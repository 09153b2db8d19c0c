using System.IO.Pipelines;
using Mik.Testing;
using Mik.Wasi.Http;
using Mik.Wasi.Http.Egress;
using Mik.Wasi.Http.Types;
using Mik.Wasm.Execution;

namespace Mik.Wasi.Tests.Http;

/// <summary>
/// A guest of 0.3 that misuses tasks, streams, futures and its host (<c>guests/p3/hostile.c</c>): each way ends by a trap or when it is stopped, and costs
/// nobody else.
/// </summary>
public sealed class Hostile03Tests
{
    private static readonly Lazy<HttpComponent> Hostile = new(() => HttpComponent.Load(Guests.Read("p3/hostile"), "hostile"));

    [Theory]
    [InlineData("empty-set", "deadlock detected")]
    [InlineData("never-begins", "deadlock detected")]
    [InlineData("dropped-set", "handle index")]
    [InlineData("no-set", "handle index")]
    [InlineData("far-set", "handle index")]
    [InlineData("code-3", "unsupported callback code: 3")]
    [InlineData("code-15", "unsupported callback code: 15")]
    [InlineData("exit", "must be called before the task exits")]
    [InlineData("return-twice", "after the task gave its result")]
    [InlineData("cancel-uninvited", "has not been cancelled")]
    [InlineData("backpressure", "overflow")]
    [InlineData("release", "underflow")]
    [InlineData("streams", "handles")]
    [InlineData("futures", "handles")]
    [InlineData("sets", "handles")]
    [InlineData("timers", "10000")]
    [InlineData("write-far", "out of bounds")]
    [InlineData("write-long", "too long")]
    [InlineData("read-edge", "out of bounds")]
    [InlineData("read-twice", "concurrent operations")]
    [InlineData("drop-busy", "cannot drop busy stream")]
    [InlineData("cancel-nothing", "there is none under way")]
    [InlineData("cancel-twice", "there is none under way")]
    [InlineData("cancel-in-set", "cannot be used synchronously")]
    [InlineData("wrong-end", "handle index")]
    [InlineData("no-handle", "handle index")]
    [InlineData("drop-unwritten", "without first writing a value")]
    [InlineData("subtask-drop", "has not yet resolved")]
    [InlineData("set-with-member", "with members")]
    [InlineData("pass-busy", "cannot remove busy stream")]
    [InlineData("pass-in-set", "while it's in a waitable set")]
    [InlineData("pass-writable", "handle index")]
    [InlineData("pass-done", "after being notified that the writable end dropped")]
    [InlineData("realloc-traps", "unreachable")]
    [InlineData("realloc-leaves", "cannot leave component instance")]
    [InlineData("never-ends", "deadlock detected")]
    [InlineData("no-trailers", "deadlock detected")]
    [InlineData("too-long", "content-length is 1")]
    [InlineData("too-short", "content-length is 10")]
    public async Task Call_Misuse_EndsTheGuestAndNothingElse(string way, string expected)
    {
        var (failure, _) = await ServeAsync(way, isStopped: false);
        Assert.NotNull(failure);
        Assert.Contains(expected, failure.Message, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(200, (await ServeAsync("well", isStopped: false)).Status);
    }

    [Theory]
    [InlineData("join")]
    [InlineData("both-ends")]
    [InlineData("realloc-takes-all")]
    [InlineData("realloc-context")]
    public async Task Call_MuchOfWhatIsAllowed_Answers(string way)
    {
        var (failure, status) = await ServeAsync(way, isStopped: false);
        Assert.Null(failure);
        Assert.Equal(200, status);
    }

    [Theory]
    [InlineData("yield")]
    [InlineData("endless")]
    [InlineData("after")]
    [InlineData("grow")]
    public async Task Call_WithoutEnd_EndsWhenItIsStopped(string way)
    {
        var (failure, _) = await ServeAsync(way, isStopped: true);
        Assert.Equal(TrapKind.Interrupted, Assert.IsType<Trap>(failure).Kind);
        Assert.Equal(200, (await ServeAsync("well", isStopped: false)).Status);
    }

    [Fact]
    public async Task Call_StoppedWhileAReadAWriteARequestAndATimerArePending_EndsThemAll()
    {
        using var upstream = new Unanswering(EgressPolicy.Parse(["*"]));

        var (failure, status) = await ServeAsync("all-pending", isStopped: true, upstream.Outgoing);

        Assert.Equal(TrapKind.Interrupted, Assert.IsType<Trap>(failure).Kind);
        Assert.Equal(200, status);
        await upstream.WaitForEndAsync(1);
        Assert.Equal(200, (await ServeAsync("well", isStopped: false)).Status);
    }

    [Fact]
    public async Task Read_IntoMemoryThatGrowsMeanwhile_ComesWhereItShould()
    {
        var (failure, status) = await ServeAsync("grow", isStopped: false, body: "abcd"u8.ToArray());
        Assert.Null(failure);
        Assert.Equal(200, status);
    }

    [Fact]
    public async Task Call_RequestsWithoutEnd_EndTheGuestAndWithItThemselves()
    {
        using var upstream = new Unanswering(EgressPolicy.Parse(["*"]));
        var (failure, _) = await ServeAsync("sends", isStopped: false, upstream.Outgoing);
        Assert.NotNull(Assert.IsType<Trap>(failure).Limit);
        await upstream.WaitForEndAsync(WasiLimits.OutgoingRequests);
        Assert.Equal(200, (await ServeAsync("well", isStopped: false)).Status);
    }

    [Fact]
    public async Task Call_RequestsThatAreDenied_EndTheGuest()
    {
        var (failure, _) = await ServeAsync("sends", isStopped: false);
        Assert.NotNull(Assert.IsType<Trap>(failure).Limit);
    }

    private static async Task<(Exception? Failure, int Status)> ServeAsync(string way, bool isStopped, OutgoingHttp? outgoing = null, byte[]? body = null)
    {
        using var stop = new CancellationTokenSource();
        var limits = new ExecutionLimits { MemoryBytes = 64 << 20 };
        var context = new WasiHttpContext { CancellationToken = stop.Token, Budget = new ResourceBudget(limits.MemoryBytes), OutgoingHttp = outgoing };
        var receiver = new Receiver();
        var request = new Pipe();
        var exchange = new HttpExchange
        {
            Method = "POST",
            Scheme = "http",
            Authority = "test",
            PathWithQuery = "/" + way,
            RequestHeaders = [],
            RequestBody = request.Reader,
            Response = receiver,
        };
        var call = Hostile.Value.Begin(exchange, context, limits)!;
        using var woken = new SemaphoreSlim(0);
        call.Wake = () => woken.Release();
        for (var turn = 0; !call.RunTurn(); turn++)
        {
            if (isStopped && turn == (way == "yield" ? 3 : 0))
            {
                await stop.CancelAsync();
            }

            if (turn == 0 && body is not null)
            {
                await request.Writer.WriteAsync(body, CancellationToken.None);
            }

            await woken.WaitAsync(CancellationToken.None);
        }

        Assert.Equal(0, context.Budget.Used);
        return (call.Failure, receiver.Status);
    }

    /// <summary>A server that takes requests, and no answer ever comes.</summary>
    private sealed class Unanswering : DelegatingHandler
    {
        private int _begun;
        private int _ended;

        public Unanswering(EgressPolicy policy)
            : base(OutgoingHttp.CreateHandler(policy)) => Outgoing = new OutgoingHttp(policy, () => this);

        /// <summary>Leads there.</summary>
        public OutgoingHttp Outgoing { get; }

        /// <summary>Waits until so many have come, and each was given up.</summary>
        public async Task WaitForEndAsync(int count)
        {
            var limit = DateTime.UtcNow.AddSeconds(60);
            while (Volatile.Read(ref _ended) < count)
            {
                Assert.True(DateTime.UtcNow < limit, $"{_begun} requests have begun, and {_ended} ended");
                await Task.Yield();
            }

            Assert.Equal(count, _begun);
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                Outgoing.Dispose();
            }

            base.Dispose(disposing);
        }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _begun);
            try
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            }
            finally
            {
                Interlocked.Increment(ref _ended);
            }

            throw new InvalidOperationException("there is no answer");
        }
    }

    /// <summary>A client that reads nothing.</summary>
    private sealed class Receiver : IResponseReceiver
    {
        private readonly Pipe _pipe = new();

        public int Status { get; private set; }

        public PipeWriter Body => _pipe.Writer;

        public void Start(int status, IReadOnlyList<KeyValuePair<string, byte[]>> headers) => Status = status;

        public void Trailers(IReadOnlyList<KeyValuePair<string, byte[]>> trailers)
        {
        }

        public void Fail(ErrorCode error) => Status = error.Status;
    }
}
