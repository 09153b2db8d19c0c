using System.Globalization;
using Mik.Server.Modules;
using Mik.Server.Problems;

namespace Mik.Server.Admission;

/// <summary>
/// Decides whether a request may run now: the server drains → no; the server's permits; the module's permits. Whoever calls a module, by HTTP
/// or otherwise, comes past here. The module's circuit breaker will stand between the two permits.
/// </summary>
internal sealed class AdmissionDesk
{
    private readonly Permits _server;
    private readonly int _maximumRequests;
    private readonly int _maximumModuleRequests;
    private volatile bool _draining;
    private long _total;

    /// <summary>A desk that gives out the options' numbers of permits.</summary>
    public AdmissionDesk(MikServerOptions options)
    {
        _maximumRequests = options.MaxConcurrentRequests;
        _maximumModuleRequests = options.EffectiveMaxPerModuleRequests;
        _server = new Permits(_maximumRequests);
    }

    /// <summary>Whether the server is draining.</summary>
    public bool IsDraining => _draining;

    /// <summary>Requests that hold a lease.</summary>
    public int ActiveRequests => _server.Taken;

    /// <summary>Leases given out since the start.</summary>
    public long TotalRequests => Interlocked.Read(ref _total);

    /// <summary>From now on nothing is admitted.</summary>
    public void Drain() => _draining = true;

    /// <summary>A lease of the server alone, for a request that goes to no module, or the problem that it is answered with.</summary>
    public bool TryEnter(out ServerLease lease, out Problem problem)
    {
        lease = default;
        problem = default;
        if (_draining)
        {
            problem = new Problem(ProblemKind.ShuttingDown, "The server is shutting down and takes no new requests.");
            return false;
        }

        if (!_server.TryTake())
        {
            problem = new Problem(ProblemKind.Overloaded, string.Create(CultureInfo.InvariantCulture, $"The server already handles {_maximumRequests} requests, its limit."));
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
        problem = default;
        if (_draining && !isPartOfRequest)
        {
            problem = new Problem(ProblemKind.ShuttingDown, "The server is shutting down and takes no new requests.");
            return false;
        }

        if (!_server.TryTake())
        {
            problem = new Problem(ProblemKind.Overloaded, string.Create(CultureInfo.InvariantCulture, $"The server already handles {_maximumRequests} requests, its limit."));
            return false;
        }

        if (!module.Permits.TryTake())
        {
            _server.Return();
            problem = new Problem(ProblemKind.RateLimited, string.Create(CultureInfo.InvariantCulture, $"Module '{module.Config.Name}' already handles {_maximumModuleRequests} requests, its limit."));
            return false;
        }

        Interlocked.Increment(ref _total);
        lease = new Lease(_server, module.Permits);
        return true;
    }
}
