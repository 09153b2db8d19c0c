using System.IO.Pipelines;
using System.Text;
using Mik.Wasi.Cli;
using Mik.Wasi.Clocks;
using Mik.Wasi.Http.Types;
using Mik.Wasi.Io;
using Mik.Wasi.Io.Streams;
using Mik.Wasm.Execution;

namespace Mik.Wasi.Tests.Io;

public sealed class StreamTests
{
    private static readonly WasiContext Wasi = new();

    [Fact]
    public async Task Read_WhileNothingHasCome_IsEmptyAndThenWhatCame()
    {
        var pipe = new Pipe();
        using var stream = new PipeInputStream(pipe.Reader);
        Assert.Equal(0, stream.Read(10).Value.Length);
        Assert.False(stream.Subscribe().Ready());

        await pipe.Writer.WriteAsync(new byte[] { 1, 2, 3 }, Wasi.CancellationToken);
        stream.Subscribe().Block(Wasi);
        Assert.Equal([1, 2], stream.Read(2).Value.ToArray());
        Assert.Equal([3], stream.Read(10).Value.ToArray());

        await pipe.Writer.CompleteAsync();
        Assert.Equal(StreamError.Closed, stream.BlockingRead(Wasi, 1).Error);
    }

    [Fact]
    public async Task Read_FailedBody_FailsWithTheErrorCode()
    {
        var pipe = new Pipe();
        using var stream = new PipeInputStream(pipe.Reader);
        await pipe.Writer.CompleteAsync(new IOException("reset"));

        var error = stream.BlockingRead(Wasi, 1).Error;
        Assert.Equal(ErrorCode.Of("connection-terminated"), HttpErrors.HttpErrorCode((IoError)error.Payload!));
    }

    [Fact]
    public async Task CheckWrite_ReaderThatLags_GivesNothingUntilItReads()
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 1000, resumeWriterThreshold: 500));
        using var stream = new PipeOutputStream();
        stream.Attach(pipe.Writer);

        Assert.True(stream.Write(new byte[2000]).IsOk);
        Assert.True(stream.Flush().IsOk);
        Assert.Equal(0UL, stream.CheckWrite().Value);
        Assert.False(stream.Subscribe().Ready());

        var read = await pipe.Reader.ReadAsync(Wasi.CancellationToken);
        pipe.Reader.AdvanceTo(read.Buffer.End);
        stream.Subscribe().Block(Wasi);
        Assert.True(stream.CheckWrite().Value > 0);
    }

    [Fact]
    public void Write_MoreThanPermitted_Traps()
    {
        using var stream = new PipeOutputStream();
        stream.Attach(new Pipe().Writer);
        Assert.Throws<Trap>(() => stream.Write(new byte[WasiLimits.WriteBudgetBytes + 1]));
    }

    [Fact]
    public async Task Write_BeforeTheResponse_IsHeldAndSentInOrder()
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        using var stream = new PipeOutputStream();
        for (var i = 0; i < WasiLimits.EarlyBodyBytes / 1024; i++)
        {
            Assert.True(stream.Write(Enumerable.Repeat((byte)i, 1024).ToArray()).IsOk);
        }
        Assert.Equal(0UL, stream.CheckWrite().Value);
        Assert.False(stream.Subscribe().Ready());

        stream.Attach(pipe.Writer);
        Assert.True(stream.Subscribe().Ready());
        var read = await pipe.Reader.ReadAsync(Wasi.CancellationToken);
        Assert.Equal(WasiLimits.EarlyBodyBytes, read.Buffer.Length);
        Assert.Equal(1, read.Buffer.Slice(1024).FirstSpan[0]);
    }

    [Fact]
    public async Task Write_ReaderGone_Fails()
    {
        var pipe = new Pipe();
        using var stream = new PipeOutputStream();
        stream.Attach(pipe.Writer);
        await pipe.Reader.CompleteAsync();

        Assert.False(stream.BlockingWriteAndFlush(Wasi, new byte[10]).IsOk);
    }

    [Fact]
    public async Task Splice_MovesWhatIsThere()
    {
        var source = new Pipe();
        await source.Writer.WriteAsync(new byte[] { 7, 8, 9 }, Wasi.CancellationToken);
        var target = new Pipe();
        using var input = new PipeInputStream(source.Reader);
        using var output = new PipeOutputStream();
        output.Attach(target.Writer);

        Assert.Equal(2UL, output.BlockingSplice(Wasi, input, 2).Value);
        Assert.True(output.Flush().IsOk);
        Assert.Equal(2, (await target.Reader.ReadAsync(Wasi.CancellationToken)).Buffer.Length);
    }

    [Theory]
    [InlineData("5", 5, true)]
    [InlineData("5", 4, false)]
    [InlineData("5", 6, false)]
    public void Finish_ContentLength_MustBeWhatWasWritten(string declared, int written, bool isOk)
    {
        var body = new OutgoingBody(Fields.FromList(new WasiContext(), [("content-length", Encoding.ASCII.GetBytes(declared))]).Value!);
        body.Attach(new Pipe().Writer);
        body.Write().Value!.Write(new byte[written]);

        var result = OutgoingBody.Finish(Wasi, body, null);

        Assert.Equal(isOk, result.IsOk);
        Assert.Equal(isOk ? OutgoingBodyState.Finished : OutgoingBodyState.Broken, body.State);
    }

    [Fact]
    public void Dispose_UnfinishedBody_BreaksTheMessage()
    {
        using var body = new OutgoingBody(Fields.Create(new WasiContext()));
        Assert.True(body.Write().IsOk);
        Assert.False(body.Write().IsOk);
        body.Dispose();
        Assert.Equal(OutgoingBodyState.Broken, body.State);
    }

    [Fact]
    public void Poll_SeveralPollables_AnswersWhichAreReady()
    {
        var never = new Pollable(() => false, () => new TaskCompletionSource().Task);
        var soon = MonotonicClock.SubscribeDuration(Wasi, 1_000_000);

        Assert.Equal([1u], Poll.PollList(Wasi, [never, soon]));
        Assert.Equal([1u, 2u], Poll.PollList(Wasi, [never, soon, Pollable.Always]));
    }

    [Fact]
    public void Poll_NothingToWaitFor_Traps() => Assert.Equal(TrapKind.LimitExceeded, Assert.Throws<Trap>(() => Poll.PollList(Wasi, [])).Kind);

    [Fact]
    public async Task Poll_CancelledWait_Traps()
    {
        using var cancellation = new CancellationTokenSource();
        var wasi = new WasiContext { CancellationToken = cancellation.Token };
        var waiting = Task.Run(() => Poll.PollList(wasi, [MonotonicClock.SubscribeDuration(wasi, ulong.MaxValue)]), CancellationToken.None);
        await cancellation.CancelAsync();

        Assert.Equal(TrapKind.Interrupted, (await Assert.ThrowsAsync<Trap>(() => waiting)).Kind);
    }

    [Fact]
    public async Task Wait_WithBytesNotFlushed_SendsThemFirst()
    {
        var pipe = new Pipe();
        using var stream = new PipeOutputStream();
        stream.Attach(pipe.Writer);
        Assert.True(stream.Write(new byte[] { 1, 2 }).IsOk);
        Assert.False(pipe.Reader.TryRead(out _));
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var wasi = new WasiContext { ResponseStream = stream, CancellationToken = limit.Token };
        var arrival = pipe.Reader.ReadAsync(CancellationToken.None).AsTask();

        wasi.Wait(arrival);

        Assert.Equal(2, (await arrival).Buffer.Length);
    }

    [Fact]
    public void Write_StandardOutput_GivesWholeLines()
    {
        var around = new Lines();
        var lines = around.Given;
        var wasi = new WasiContext { Surroundings = around };
        using var stream = new LineOutputStream(wasi, isError: false);
        var text = Encoding.UTF8.GetBytes("one\r\ntwö");
        stream.Write(text.AsSpan(0, text.Length - 1));
        Assert.Equal(["one"], lines);
        stream.Write(text.AsSpan(text.Length - 1));
        stream.Write(new byte[WasiLimits.LineCharacters].Select(_ => (byte)'x').ToArray());
        wasi.EndLines();

        Assert.Equal(3, lines.Count);
        Assert.StartsWith("twöxxx", lines[1], StringComparison.Ordinal);
        Assert.Equal(WasiLimits.LineCharacters, lines[1].Length);
    }

    [Fact]
    public void EarlyBody_IsChargedForItsRoomAndGivenBackWhenAbandoned()
    {
        var budget = new ResourceBudget(200_000);
        var body = new OutgoingBody(Fields.Create(new WasiContext()), budget: budget);
        var stream = body.Write().Value!;
        stream.Write(new byte[60_000]);
        stream.Write(new byte[60_000]);
        Assert.Equal(120_000, budget.Used);
        Assert.Equal(LimitedResource.Body, Assert.Throws<Trap>(() => stream.Write(new byte[1])).Limit);

        body.Dispose();
        Assert.Equal(0, budget.Used);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(999_999, 1)]
    [InlineData(1_000_001, 2)]
    public void Timer_ForPartOfAMillisecond_IsNotOverBeforeTheWait(ulong nanoseconds, int milliseconds)
    {
        var clock = new StoppedClock();
        using var soon = MonotonicClock.SubscribeDuration(new WasiContext { TimeProvider = clock }, nanoseconds);

        Assert.False(soon.WhenReady().IsCompleted);
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), clock.Due);
    }

    [Fact]
    public void Timer_OfAPollableThatWasDropped_IsGone()
    {
        var wasi = new WasiContext();
        var never = MonotonicClock.SubscribeDuration(wasi, ulong.MaxValue);
        var timer = never.WhenReady();
        Assert.True(wasi.Budget.Used > 0);

        never.Dispose();

        Assert.True(timer.IsCanceled);
        Assert.Equal(0, wasi.Budget.Used);
    }

    [Fact]
    public void Write_StandardOutputThatIsNotTaken_IsCountedAndTheNextWholeLineGiven()
    {
        var around = new Lines();
        var wasi = new WasiContext { Surroundings = around };
        using var stream = new LineOutputStream(wasi, isError: true);
        stream.Write("one\ntw"u8);
        around.TakesOutput = false;
        stream.Write("o\nthree\nfo"u8);
        around.TakesOutput = true;
        stream.Write("ur\nfive\n"u8);
        wasi.EndLines();

        Assert.Equal(["one", "five"], around.Given);
        Assert.Equal("two\nthree\nfour\n".Length, around.LeftOut);
    }

    private sealed class Lines : IGuestSurroundings
    {
        public List<string> Given { get; } = [];

        public long LeftOut { get; private set; }

        public bool TakesOutput { get; set; } = true;

        public IReadOnlyList<KeyValuePair<string, string>> PropagatedHeaders => [];

        public void Output(string line) => Given.Add(line);

        public void Error(string line) => Given.Add(line);

        public void LeaveOut(long bytes) => LeftOut += bytes;
    }

    /// <summary>Its time stands still, and its timers never fire.</summary>
    private sealed class StoppedClock : TimeProvider
    {
        public TimeSpan Due { get; private set; }

        public override long GetTimestamp() => 0;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Due = dueTime;
            return System.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }
}
