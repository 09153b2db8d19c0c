using Mik.Server.Limits;

namespace Mik.Server.Tests.Limits;

public sealed class CircuitBreakerTests
{
    private readonly ManualClock _clock = new();
    private readonly CircuitBreaker _breaker;

    public CircuitBreakerTests() => _breaker = new CircuitBreaker(_clock);

    [Fact]
    public void Closed_FiveFailuresInARow_OpenIt()
    {
        Fail(4);
        Assert.Equal(CircuitState.Closed, _breaker.State);

        Assert.Equal(CircuitState.Open, _breaker.Return(Enter(), HandlerOutcome.Failure));

        Assert.False(_breaker.TryEnter(out _, out var retryAfter));
        Assert.Equal(CircuitBreaker.OpenTime, retryAfter);
        Assert.Equal(1, _breaker.TimesOpened);
    }

    [Fact]
    public void Closed_ASuccessBetween_BeginsTheCountAgain()
    {
        Fail(4);
        _breaker.Return(Enter(), HandlerOutcome.Success);
        Fail(4);

        Assert.Equal(CircuitState.Closed, _breaker.State);
    }

    [Fact]
    public void Closed_NeutralBetween_ChangesNothing()
    {
        Fail(4);
        _breaker.Return(Enter(), HandlerOutcome.Neutral);
        Fail(1);

        Assert.Equal(CircuitState.Open, _breaker.State);
    }

    [Fact]
    public void Open_UntilTheTimeHasPassed_TellsWhatIsLeft()
    {
        Fail(5);
        _clock.Advance(TimeSpan.FromSeconds(20));
        Assert.False(_breaker.TryEnter(out _, out var retryAfter));
        Assert.Equal(TimeSpan.FromSeconds(10), retryAfter);

        _clock.Advance(TimeSpan.FromSeconds(10));

        Assert.True(_breaker.TryEnter(out _, out _));
        Assert.Equal(CircuitState.HalfOpen, _breaker.State);
    }

    [Fact]
    public void HalfOpen_ThreeProbes_PassAndNoFourth()
    {
        HalfOpen();
        var probes = new[] { Enter(), Enter(), Enter() };

        Assert.False(_breaker.TryEnter(out _, out var retryAfter));
        Assert.Equal(TimeSpan.FromSeconds(1), retryAfter);

        Assert.Null(_breaker.Return(probes[0], HandlerOutcome.Neutral));
        Assert.True(_breaker.TryEnter(out _, out _));
        Assert.False(_breaker.TryEnter(out _, out _));
    }

    [Fact]
    public void HalfOpen_AProbeSucceeds_ClosesIt()
    {
        HalfOpen();
        var (first, second) = (Enter(), Enter());

        Assert.Equal(CircuitState.Closed, _breaker.Return(first, HandlerOutcome.Success));
        Assert.Null(_breaker.Return(second, HandlerOutcome.Failure));
        Fail(4);

        Assert.Equal(CircuitState.Closed, _breaker.State);
    }

    [Fact]
    public void HalfOpen_AProbeFails_OpensItForTheWholeTime()
    {
        HalfOpen();
        var (first, second) = (Enter(), Enter());

        Assert.Equal(CircuitState.Open, _breaker.Return(first, HandlerOutcome.Failure));
        Assert.Null(_breaker.Return(second, HandlerOutcome.Success));

        Assert.False(_breaker.TryEnter(out _, out var retryAfter));
        Assert.Equal(CircuitBreaker.OpenTime, retryAfter);
    }

    [Fact]
    public void HalfOpen_ARequestFromBefore_CountsForNothing()
    {
        var late = Enter();
        HalfOpen();
        Enter();

        Assert.Null(_breaker.Return(late, HandlerOutcome.Success));
        Assert.Equal(CircuitState.HalfOpen, _breaker.State);
    }

    [Fact]
    public void Reset_WhateverTheState_Closes()
    {
        Fail(5);
        _breaker.Reset();
        Assert.True(_breaker.TryEnter(out var pass, out _));
        _breaker.Return(pass, HandlerOutcome.Failure);
        Fail(3);

        Assert.Equal(CircuitState.Closed, _breaker.State);
    }

    [Fact]
    public async Task Closed_FromManyThreads_OpensOnce()
    {
        await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() =>
        {
            for (var request = 0; request < 1000; request++)
            {
                if (_breaker.TryEnter(out var pass, out var _))
                {
                    _breaker.Return(pass, HandlerOutcome.Failure);
                }
            }
        })));

        Assert.Equal(1, _breaker.TimesOpened);
    }

    private CircuitPass Enter()
    {
        Assert.True(_breaker.TryEnter(out var pass, out _));
        return pass;
    }

    private void Fail(int times)
    {
        for (var time = 0; time < times; time++)
        {
            _breaker.Return(Enter(), HandlerOutcome.Failure);
        }
    }

    private void HalfOpen()
    {
        Fail(5);
        _clock.Advance(CircuitBreaker.OpenTime);
    }
}
