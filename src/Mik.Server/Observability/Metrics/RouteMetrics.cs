using Mik.Server.Problems;

namespace Mik.Server.Observability.Metrics;

/// <summary>What is counted of the requests of one kind of route and one module (or none). Recording allocates nothing.</summary>
internal sealed class RouteMetrics(string route, string module)
{
    private const int StatusesPerClass = 100;

    private readonly long[]?[] _statuses = new long[]?[10];
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
        var statusClass = Math.Clamp(status / StatusesPerClass, 0, _statuses.Length - 1);
        var counts = _statuses[statusClass] ?? MakeClass(statusClass);
        Interlocked.Increment(ref counts[status % StatusesPerClass]);
        Duration.Record(elapsed);
        if (problem is { } kind)
        {
            Interlocked.Increment(ref _problems[(int)kind]);
        }
    }

    /// <summary>Requests so far, by status.</summary>
    public IEnumerable<(int Status, long Count)> Statuses()
    {
        for (var statusClass = 0; statusClass < _statuses.Length; statusClass++)
        {
            for (var index = 0; _statuses[statusClass] is { } counts && index < counts.Length; index++)
            {
                if (Interlocked.Read(ref counts[index]) is > 0 and var count)
                {
                    yield return ((statusClass * StatusesPerClass) + index, count);
                }
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

    private long[] MakeClass(int statusClass)
    {
        var made = new long[StatusesPerClass];
        return Interlocked.CompareExchange(ref _statuses[statusClass], made, null) ?? made;
    }
}
