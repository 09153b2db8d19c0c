using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Mik.Server.Limits;
using Mik.Server.Modules;
using Mik.Server.Observability;
using Mik.Server.Options;
using Mik.Server.Problems;

namespace Mik.Server.Pipeline;

/// <summary>
/// Decides whether a request may run now: the server drains → no; the server's permits; the module's circuit breaker; the module's permits.
/// Whoever calls a module, by HTTP or otherwise, comes past here.
/// </summary>
internal sealed class AdmissionController
{
    // Of 64 KB each; a proxy that names no clients is one client.
    private const int MostFiles = 1024;

    private readonly Permits _server;
    private readonly Permits _streams;
    private readonly ILogger _log;
    private volatile bool _leaving;
    private volatile bool _draining;
    private long _total;
    private Refusal? _overloaded;

    /// <summary>A desk that gives out the options' number of permits.</summary>
    public AdmissionController(MikServerOptions options, ILogger log)
    {
        _server = new Permits(options.MaxConcurrentRequests);
        _streams = new Permits(MaximumStreams(options));
        _log = log;
    }

    /// <summary>Whether the server is about to stop: it says so, and goes on for a while.</summary>
    public bool IsLeaving => _leaving || _draining;

    /// <summary>Whether the server is draining.</summary>
    public bool IsDraining => _draining;

    /// <summary>Requests that hold a lease.</summary>
    public int ActiveRequests => _server.Taken;

    /// <summary>Leases given out since the start.</summary>
    public long TotalRequests => Interlocked.Read(ref _total);

    /// <summary>Files that are sent at once: they hold no permit while their clients take them.</summary>
    public ClientShares Files { get; } = new(MostFiles, MostFiles / 2);

    /// <summary>Requests that wait for their bodies, and are not admitted yet.</summary>
    public BodyWaits Bodies { get; } = new();

    /// <summary>From now on the server says that it is about to stop.</summary>
    public void Leave() => _leaving = true;

    /// <summary>From now on nothing is admitted.</summary>
    public void Drain() => _draining = true;

    /// <summary>From now on other options hold.</summary>
    public void Apply(MikServerOptions options)
    {
        _server.Maximum = options.MaxConcurrentRequests;
        _streams.Maximum = MaximumStreams(options);
    }

    /// <summary>A permit of the server alone, for a request that goes to no module, or the problem that it is answered with.</summary>
    public bool TryEnter([NotNullWhen(true)] out ServerPermit? permit, out Problem problem)
    {
        permit = null;
        if (!TryEnterServer(isPartOfRequest: false, out problem))
        {
            return false;
        }

        Interlocked.Increment(ref _total);
        permit = new ServerPermit(_server);
        return true;
    }

    /// <summary>A lease, or the problem that the request is answered with.</summary>
    /// <param name="module">Where it goes.</param>
    /// <param name="client">Who asks.</param>
    /// <param name="lease">The permits.</param>
    /// <param name="problem">Why there is no lease.</param>
    /// <param name="isPartOfRequest">Whether it is part of a request that was admitted before, which may finish while the server drains.</param>
    public bool TryEnter(ModuleState module, ClientAddress client, out Lease lease, out Problem problem, bool isPartOfRequest = false)
    {
        lease = default;
        if (!TryEnterServer(isPartOfRequest, out problem))
        {
            return false;
        }

        if (!module.Breaker.TryEnter(client, out var pass, out var refusal))
        {
            _server.Return();

            // Its file may have been repaired.
            module.CheckFile();
            problem = CircuitOpen(module, refusal.IsOfClient).Problem with { RetryAfter = refusal.RetryAfter };
            return false;
        }

        if (!module.Permits.TryTake())
        {
            module.Breaker.Return(pass, HandlerOutcome.Neutral);
            _server.Return();
            problem = RateLimited(module).Problem;
            return false;
        }

        Interlocked.Increment(ref _total);
        lease = new Lease(this, module, pass);
        return true;
    }

    /// <summary>Asks the circuit breaker of a middleware before the module that was admitted; it needs no permit of its own.</summary>
    public bool TryPass(ModuleState middleware, ClientAddress client, out ModulePass pass, out Problem problem)
    {
        problem = default;
        if (middleware.Breaker.TryEnter(client, out pass, out var refusal))
        {
            return true;
        }

        middleware.CheckFile();
        problem = CircuitOpen(middleware, refusal.IsOfClient).Problem with { RetryAfter = refusal.RetryAfter };
        return false;
    }

    /// <summary>Takes back what <see cref="TryPass"/> gave.</summary>
    public void EndPass(ModuleState middleware, in ModulePass pass, HandlerOutcome outcome)
    {
        var change = middleware.Breaker.Return(pass, outcome);
        if (change != default)
        {
            Tell(middleware.Config.Name, change);
        }
    }

    /// <summary>
    /// How a request would be turned away now, or null. Nothing is taken; while the server drains the answer is null, since that is told each client in full.
    /// </summary>
    /// <param name="module">Where it goes; null is no module.</param>
    /// <param name="client">Who asks.</param>
    /// <param name="retryAfter">When to come again, if it is not what the problem says.</param>
    public Refusal? Refuses(ModuleState? module, ClientAddress client, out TimeSpan? retryAfter)
    {
        retryAfter = null;
        if (_draining)
        {
            return null;
        }

        if (_server.IsFull)
        {
            return Overloaded();
        }

        if (module is null)
        {
            return null;
        }

        if (module.Breaker.Refuses(client, out var refusal))
        {
            retryAfter = refusal.RetryAfter;
            module.CheckFile();
            return CircuitOpen(module, refusal.IsOfClient);
        }

        return module.Permits.IsFull ? RateLimited(module) : null;
    }

    /// <summary>
    /// A place for a request whose body is still to come. There are as many as the module may have requests, and together half as many as the server may
    /// have.
    /// </summary>
    public bool TryStream(ModuleState module, [NotNullWhen(true)] out StreamingSlot? slot)
    {
        slot = null;
        if (!_streams.TryTake())
        {
            return false;
        }

        if (!module.Streams.TryTake())
        {
            _streams.Return();
            return false;
        }

        slot = new StreamingSlot(module.Permits, module.Streams, _streams);
        return true;
    }

    /// <summary>The problem of a request that got no place.</summary>
    public static Problem TooManyStreams(ModuleState module) =>
        new(ProblemKind.RateLimited, $"Module '{module.Config.Name}' already waits for as many request bodies as it may at once.");

    /// <summary>Takes back what <see cref="TryEnter(ModuleState, ClientAddress, out Lease, out Problem, bool)"/> gave.</summary>
    public void Return(ModuleState module, in ModulePass pass, HandlerOutcome outcome)
    {
        module.Permits.Return();
        _server.Return();
        EndPass(module, pass, outcome);
    }

    private static int MaximumStreams(MikServerOptions options) => Math.Max(1, options.MaxConcurrentRequests / 2);

    // Of two that are made at once one is lost, and with it a few of its figures for the log.
    private Refusal Overloaded() => _overloaded is { } known && known.Number == _server.Maximum
        ? known
        : _overloaded = new Refusal(
            new Problem(
                ProblemKind.Overloaded, string.Create(CultureInfo.InvariantCulture, $"The server already handles {_server.Maximum} requests, its limit.")),
                null, _server.Maximum);

    private static Refusal RateLimited(ModuleState module) => module.RateLimited is { } known && known.Number == module.Permits.Maximum
        ? known
        : module.RateLimited = new Refusal(
            new Problem(
                ProblemKind.RateLimited,
                string.Create(CultureInfo.InvariantCulture, $"Module '{module.Config.Name}' already handles {module.Permits.Maximum} requests, its limit.")),
            module.Config.Name,
            module.Permits.Maximum);

    private static Refusal CircuitOpen(ModuleState module, bool isOfClient) => isOfClient
        ? module.CircuitOpenForClient ??= new Refusal(
            new Problem(ProblemKind.CircuitOpen, $"The last requests of this client to module '{module.Config.Name}' all failed; they are tried again later."),
            module.Config.Name,
            CircuitBreaker.FailureLimit)
        : module.CircuitOpen ??= new Refusal(
            new Problem(
                ProblemKind.CircuitOpen, $"Module '{module.Config.Name}' failed {CircuitBreaker.FailureLimit} times in a row; it is tried again later."),
            module.Config.Name,
            CircuitBreaker.FailureLimit);

    private void Tell(string module, in CircuitChange change)
    {
        switch (change.Module)
        {
            case CircuitState.Open:
                Events.CircuitOpened(_log, module);
                break;
            case CircuitState.Closed:
                Events.CircuitClosed(_log, module);
                break;
        }

        foreach (var client in change.OpenedFor ?? [])
        {
            Events.CircuitOpenedFor(_log, client.ToString(), module);
        }

        if (change.ClosedFor is { } closed)
        {
            Events.CircuitClosedFor(_log, closed.ToString(), module);
        }
    }

    private bool TryEnterServer(bool isPartOfRequest, out Problem problem)
    {
        problem = default;
        if (_draining && !isPartOfRequest)
        {
            problem = new Problem(ProblemKind.ShuttingDown, "The server is shutting down and takes no new requests.");
            return false;
        }

        if (!_server.TryTake())
        {
            problem = Overloaded().Problem;
            return false;
        }

        return true;
    }
}
