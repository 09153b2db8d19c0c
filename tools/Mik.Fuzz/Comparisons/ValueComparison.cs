using Mik.Fuzz.Engines;
using Mik.Fuzz.Values;

namespace Mik.Fuzz.Comparisons;

/// <summary>Random values of random types between two guests: what both see, or that it is a trap, must agree.</summary>
internal sealed class ValueComparison : IComparison
{
    private int _trapped;

    /// <inheritdoc/>
    public string Unit => "calls";

    /// <inheritdoc/>
    public string Statistics => $"{_trapped} with a trap";

    /// <inheritdoc/>
    public IEnumerable<Difference> Compare(ulong seed, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var bytes = ValueComponent.Generate(seed + (ulong)i);
            var (here, there) = (ComponentRunner.Here(bytes), ComponentRunner.There(bytes));
            _trapped += here.Line == "trap" ? 1 : 0;
            if (here.Line != there.Line || here.Line[0] == 'F')
            {
                yield return new($"{seed + (ulong)i}", bytes, $"{here.Line} {here.Detail}", $"{there.Line} {there.Detail}");
            }
        }
    }
}
