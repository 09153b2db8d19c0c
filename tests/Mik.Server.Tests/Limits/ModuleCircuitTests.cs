using System.Net;
using Mik.Server.Limits;

namespace Mik.Server.Tests.Limits;

/// <summary>What is kept of clients, and for how long.</summary>
public sealed class ModuleCircuitTests
{
    private static readonly ClientAddress Honest = Address("192.0.2.1");
    private static readonly ClientAddress Hostile = Address("198.51.100.1");

    private readonly ManualClock _clock = new();

    [Fact]
    public void Flood_OfFailingAddresses_IsBoundedAndResetsNobody()
    {
        var circuit = new ModuleCircuit(new ClientQuota(perModule: 100, shared: 200, ownOfModule: 4), _clock);
        End(circuit, Honest, HandlerOutcome.Success);
        Fail(circuit, Hostile, 5);
        var almost = Address("198.51.100.2");
        End(circuit, Honest, HandlerOutcome.Success);
        Fail(circuit, almost, 4);
        End(circuit, Honest, HandlerOutcome.Success);
        for (var number = 0; number < 20_000; number++)
        {
            Fail(circuit, new ClientAddress(0x2001_0db8_0000_0000 + (ulong)number), 1);
            Assert.InRange(circuit.ClientsKept, 1, 100);
            if (number % 3 == 0)
            {
                End(circuit, Honest, HandlerOutcome.Success);
            }
        }

        Assert.False(circuit.TryEnter(Hostile, out _, out var refusal));
        Assert.True(refusal.IsOfClient);
        Assert.Equal(CircuitState.Closed, circuit.State);
        Fail(circuit, almost, 1);
        Assert.False(circuit.TryEnter(almost, out _, out _));
        End(circuit, Honest, HandlerOutcome.Success);
    }

    [Fact]
    public void Flood_WhenItsTimeIsOver_MakesWayForOthers()
    {
        var circuit = new ModuleCircuit(new ClientQuota(perModule: 10, shared: 10, ownOfModule: 0), _clock);
        for (var number = 0; number < 100; number++)
        {
            End(circuit, Honest, HandlerOutcome.Success);
            Fail(circuit, new ClientAddress((ulong)number), 1);
        }

        _clock.Advance(CircuitBreaker.OpenTime);
        End(circuit, Honest, HandlerOutcome.Success);
        Fail(circuit, Hostile, 5);

        Assert.False(circuit.TryEnter(Hostile, out _, out _));
        Assert.Equal(10, circuit.ClientsKept);
    }

    [Fact]
    public void Flood_OfClientsOfOneModule_TakesNothingFromAnother()
    {
        var quota = new ClientQuota(perModule: 1000, shared: 100, ownOfModule: 8);
        var flooded = new ModuleCircuit(quota, _clock);
        var other = new ModuleCircuit(quota, _clock);
        End(flooded, Honest, HandlerOutcome.Success);
        for (var number = 0; number < 1000; number++)
        {
            Fail(flooded, new ClientAddress((ulong)number), 1);
        }

        Assert.Equal(108, flooded.ClientsKept);
        End(other, Honest, HandlerOutcome.Success);
        Fail(other, Hostile, 5);
        Assert.False(other.TryEnter(Hostile, out _, out _));

        flooded.Reset();
        Assert.Equal(0, flooded.ClientsKept);
        for (var number = 0; number < 1000; number++)
        {
            End(other, Honest, HandlerOutcome.Success);
            Fail(other, new ClientAddress((ulong)number), 1);
        }

        Assert.Equal(108, other.ClientsKept);
    }

    [Fact]
    public void Flood_OfAddressesThatAreAnswered_MakesNobodysAnswerForgotten()
    {
        var circuit = new ModuleCircuit(new ClientQuota(), _clock);
        End(circuit, Honest, HandlerOutcome.Success);
        var hostile = Enumerable.Range(0, 200).Select(number => new ClientAddress((ulong)number)).ToArray();
        foreach (var client in hostile)
        {
            End(circuit, client, HandlerOutcome.Success);
        }

        foreach (var client in hostile)
        {
            Fail(circuit, client, 1);
        }

        Assert.Equal(CircuitState.Closed, circuit.State);
        End(circuit, Honest, HandlerOutcome.Success);
    }

    [Fact]
    public void HalfOpen_ProbesOfClientsOnTrial_AreTheirOwn()
    {
        var circuit = new ModuleCircuit(new ClientQuota(), _clock);
        Fail(circuit, Hostile, 5);
        Assert.False(circuit.TryEnter(Honest, out _, out _));
        _clock.Advance(CircuitBreaker.OpenTime);

        // The hostile client holds on to all it can get.
        var held = Enumerable.Range(0, CircuitBreaker.ProbeLimit).Select(_ => Enter(circuit, Hostile)).ToArray();
        Assert.False(circuit.TryEnter(Hostile, out _, out var refusal));
        Assert.Equal(TimeSpan.FromSeconds(1), refusal.RetryAfter);
        var probes = Enumerable.Range(0, CircuitBreaker.ProbeLimit).Select(_ => Enter(circuit, Honest)).ToArray();
        Assert.False(circuit.TryEnter(Honest, out _, out _));

        Assert.Equal(CircuitState.Closed, circuit.Return(probes[0], HandlerOutcome.Success).Module);
        foreach (var pass in held)
        {
            circuit.Return(pass, HandlerOutcome.Failure);
        }

        Assert.Equal(CircuitState.Closed, circuit.State);
        Assert.False(circuit.TryEnter(Hostile, out _, out refusal));
        Assert.Equal(CircuitBreaker.OpenTime, refusal.RetryAfter);
    }

    [Theory]
    [InlineData("192.0.2.1", "::ffff:192.0.2.1", true)]
    [InlineData("192.0.2.1", "192.0.2.2", false)]
    [InlineData("2001:db8:0:1::1", "2001:db8:0:1:2:3:4:5", true)]
    [InlineData("2001:db8:0:1::1", "2001:db8:0:2::1", false)]
    [InlineData("127.0.0.1", "::1", false)]
    public void ClientAddress_IsOneClient(string first, string second, bool isOne) => Assert.Equal(isOne, Address(first) == Address(second));

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1")]
    [InlineData("::ffff:192.0.2.1", "192.0.2.1")]
    [InlineData("2001:db8:0:1:2:3:4:5", "2001:db8:0:1::/64")]
    public void ClientAddress_AsText_IsWhatOneBlocks(string address, string text) => Assert.Equal(text, Address(address).ToString());

    private static ClientAddress Address(string text) => ClientAddress.Of(IPAddress.Parse(text));

    private static ModulePass Enter(ModuleCircuit circuit, ClientAddress client)
    {
        Assert.True(circuit.TryEnter(client, out var pass, out _));
        return pass;
    }

    private static void End(ModuleCircuit circuit, ClientAddress client, HandlerOutcome outcome) => circuit.Return(Enter(circuit, client), outcome);

    private static void Fail(ModuleCircuit circuit, ClientAddress client, int times)
    {
        for (var time = 0; time < times; time++)
        {
            End(circuit, client, HandlerOutcome.Failure);
        }
    }
}
