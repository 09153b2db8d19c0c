using System.Globalization;
using Mik.Fuzz.Tasks;

namespace Mik.Fuzz.Comparisons;

/// <summary>Two guests that use all of tasks, streams and futures at random, and the model of the specification (<see cref="TaskModel"/>).</summary>
internal sealed class TaskComparison : IComparison
{
    private readonly Dictionary<string, int> _ends = [];
    private long _steps;

    /// <inheritdoc/>
    public string Unit => "programs";

    /// <summary>Which steps were taken, and how often.</summary>
    public Dictionary<TaskStep, int> Counts { get; } = [];

    /// <inheritdoc/>
    public string Statistics => string.Create(CultureInfo.InvariantCulture, $"{_steps} steps; ") + string.Join(
        ", ", _ends.OrderByDescending(end => end.Value).Select(end => string.Create(CultureInfo.InvariantCulture, $"{end.Value} {end.Key}")));

    /// <inheritdoc/>
    public IEnumerable<Difference> Compare(ulong seed, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var program = TaskProgram.Run(seed + (ulong)i);
            foreach (var (step, times) in program.Counts)
            {
                _steps += times;
                Counts[step] = Counts.GetValueOrDefault(step) + times;
            }
            _ends[program.End] = _ends.GetValueOrDefault(program.End) + 1;
            if (program.Fault is { } fault)
            {
                yield return new($"{seed + (ulong)i}", program.Bytes, fault, "what the model allows");
            }
        }
    }
}
