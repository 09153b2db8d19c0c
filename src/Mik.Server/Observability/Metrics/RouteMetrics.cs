using Mik.Server.Problems;

namespace Mik.Server.Observability.Metrics;

/// <summary>What is counted of the requests of one kind of route and one module (or none). Recording allocates nothing.</summary>
internal sealed class RouteMetrics(string route, string module)
{
    private readonly long[] _statuses = new long[StatusLabels.Count];
    private readonly long[] _problems = new long[ProblemTable.All.Count];

    /// <summary>Kind of route: one of a handful of words.</summary>
    public string Route { get; } = route;

    /// <summary>The module's name as in <c>X-Mik-Handler</c>, or nothing.</summary>
    public string Module { get; } = module;

    /// <summary>From the request's arrival to the end of its response.</summary>
    public Histogram Duration { get; } = new(Histogram.Scale.RequestSeconds);

    /// <summary>Counts a request that has ended.</summary>
    public void Record(int status, ProblemKind? problem, TimeSpan elapsed)
    {
        Interlocked.Increment(ref _statuses[StatusLabels.IndexOf(status)]);
        Duration.Record(elapsed);
        if (problem is { } kind)
        {
            Interlocked.Increment(ref _problems[(int)kind]);
        }
    }

    /// <summary>Requests so far, by status.</summary>
    public IEnumerable<(string Status, long Count)> Statuses()
    {
        for (var index = 0; index < _statuses.Length; index++)
        {
            if (Interlocked.Read(ref _statuses[index]) is > 0 and var count)
            {
                yield return (StatusLabels.At(index), count);
            }
        }
    }

    /// <summary>Requests so far that ended with a problem, by its kind.</summary>
    public IEnumerable<(ProblemKind Kind, long Count)> Problems()
    {
        for (var index = 0; index < _problems.Length; index++)
        {
            if (Interlocked.Read(ref _problems[index]) is > 0 and var count)
            {
                yield return ((ProblemKind)index, count);
            }
        }
    }
}
