using System.Globalization;
using Microsoft.Extensions.Logging;
using Mik.Server.Modules;
using Mik.Server.Observability;
using Mik.Server.Problems;

namespace Mik.Server.Admission;

/// <summary>
/// Decides whether a request may run now: the server drains → no; the server's permits; the module's circuit breaker; the module's permits.
/// Whoever calls a module, by HTTP or otherwise, comes past here.
/// </summary>
internal sealed class AdmissionDesk
{
    private readonly Permits _server;
    private readonly ILogger _log;
    private volatile bool _draining;
    private long _total;

    /// <summary>A desk that gives out the options' number of permits.</summary>
    public AdmissionDesk(MikServerOptions options, ILogger log)
    {
        _server = new Permits(options.MaxConcurrentRequests);
        _log = log;
    }

    /// <summary>Whether the server is draining.</summary>
    public bool IsDraining => _draining;

    /// <summary>Requests that hold a lease.</summary>
    public int ActiveRequests => _server.Taken;

    /// <summary>Leases given out since the start.</summary>
    public long TotalRequests => Interlocked.Read(ref _total);

    /// <summary>From now on nothing is admitted.</summary>
    public void Drain() => _draining = true;

    /// <summary>From now on other options hold.</summary>
    public void Apply(MikServerOptions options) => _server.Maximum = options.MaxConcurrentRequests;

    /// <summary>A lease of the server alone, for a request that goes to no module, or the problem that it is answered with.</summary>
    public bool TryEnter(out ServerLease lease, out Problem problem)
    {
        lease = default;
        if (!TryEnterServer(isPartOfRequest: false, out problem))
        {
            return false;
        }

        Interlocked.Increment(ref _total);
        lease = new ServerLease(_server);
        return true;
    }

    /// <summary>A lease, or the problem that the request is answered with.</summary>
    /// <param name="module">Where it goes.</param>
    /// <param name="lease">The permits.</param>
    /// <param name="problem">Why there is no lease.</param>
    /// <param name="isPartOfRequest">Whether it is part of a request that was admitted before, which may finish while the server drains.</param>
    public bool TryEnter(ModuleState module, out Lease lease, out Problem problem, bool isPartOfRequest = false)
    {
        lease = default;
        if (!TryEnterServer(isPartOfRequest, out problem))
        {
            return false;
        }

        if (!module.Breaker.TryEnter(out var pass, out var retryAfter))
        {
            _server.Return();

            // Its file may have been repaired.
            module.LookAtFile();
            problem = new Problem(ProblemKind.CircuitOpen, $"Module '{module.Config.Name}' failed {CircuitBreaker.FailureLimit} times in a row; it is tried again later.") { RetryAfter = retryAfter };
            return false;
        }

        if (!module.Permits.TryTake())
        {
            module.Breaker.Return(pass, HandlerOutcome.Neutral);
            _server.Return();
            problem = new Problem(ProblemKind.RateLimited, string.Create(CultureInfo.InvariantCulture, $"Module '{module.Config.Name}' already handles {module.Permits.Maximum} requests, its limit."));
            return false;
        }

        Interlocked.Increment(ref _total);
        lease = new Lease(this, module, pass);
        return true;
    }

    /// <summary>Takes back what <see cref="TryEnter(ModuleState, out Lease, out Problem, bool)"/> gave.</summary>
    public void Return(ModuleState module, CircuitPass pass, HandlerOutcome outcome)
    {
        module.Permits.Return();
        _server.Return();
        switch (module.Breaker.Return(pass, outcome))
        {
            case CircuitState.Open:
                Events.CircuitOpened(_log, module.Config.Name);
                break;
            case CircuitState.Closed:
                Events.CircuitClosed(_log, module.Config.Name);
                break;
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
            problem = new Problem(ProblemKind.Overloaded, string.Create(CultureInfo.InvariantCulture, $"The server already handles {_server.Maximum} requests, its limit."));
            return false;
        }

        return true;
    }
}
