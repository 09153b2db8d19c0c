using System.Globalization;
using Mik.Fuzz.Engines;
using Mik.Testing;

namespace Mik.Fuzz.Comparisons;

/// <summary>Damaged modules or components: both engines must accept or both refuse, but for what <see cref="KnownDifference"/> lists.</summary>
internal sealed class MutantComparison : IComparison, IDisposable
{
    private readonly WasmtimeProcess _other = new();
    private readonly byte[][] _corpus;
    private readonly Dictionary<string, int> _explained = [];
    private int _accepted;

    /// <param name="unit">What is damaged, in the plural.</param>
    /// <param name="corpus">What is damaged; left out is what not both accept to begin with.</param>
    public MutantComparison(string unit, IEnumerable<byte[]> corpus)
    {
        Unit = unit;
        _corpus = [.. corpus.Where(bytes => Verdict.Here(bytes).IsAccepted && _other.Ask(bytes).IsAccepted)];
    }

    /// <inheritdoc/>
    public string Unit { get; }

    /// <inheritdoc/>
    public string Statistics => string.Join("", _explained.OrderByDescending(item => item.Value)
        .Select(item => string.Create(CultureInfo.InvariantCulture, $"\n  {item.Value} explained: {item.Key}")).Prepend($"{_accepted} accepted by both"));

    /// <inheritdoc/>
    public IEnumerable<Difference> Compare(ulong seed, int count)
    {
        // Every other one keeps its length: more of those are valid.
        var rough = new ModuleMutator((int)seed, _corpus);
        var gentle = new ModuleMutator((int)seed, _corpus) { KeepsLength = true };
        for (var i = 0; i < count; i++)
        {
            var bytes = (i % 2 == 0 ? rough : gentle).Next();
            var (here, there) = (Verdict.Here(bytes), _other.Ask(bytes));
            if (here.IsAccepted == there.IsAccepted)
            {
                _accepted += here.IsAccepted ? 1 : 0;
            }
            else if (KnownDifference.Explain(here, there) is { } reason)
            {
                _explained[reason] = _explained.GetValueOrDefault(reason) + 1;
            }
            else
            {
                yield return new($"{seed}-{i}", bytes, here.ToString(), there.ToString());
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _other.Dispose();
}
