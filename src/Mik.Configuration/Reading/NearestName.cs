namespace Mik.Configuration.Reading;

/// <summary>Finds what a misspelt name probably meant.</summary>
internal static class NearestName
{
    /// <summary>The nearest of some names; null when none is near: of short names half of the letters must be in place, of longer ones two thirds.</summary>
    public static string? Of(string name, IEnumerable<string> names)
    {
        var nearest = names
            .Select(candidate => (Name: candidate, Distance: Distance(Plain(name), Plain(candidate))))
            .OrderBy(candidate => candidate.Distance)
            .ThenBy(candidate => !candidate.Name.StartsWith(name, StringComparison.OrdinalIgnoreCase))
            .ThenBy(candidate => candidate.Name, StringComparer.Ordinal)
            .FirstOrDefault();
        return nearest.Name is { } found && nearest.Distance <= Most(Math.Max(found.Length, name.Length)) ? found : null;
    }

    private static int Most(int length) => length <= 4 ? length / 2 : Math.Max(2, (length + 1) / 3);

    private static string Plain(string name) => name.ToUpperInvariant().Replace('-', '_');

    /// <summary>Insertions, deletions, replacements and swaps of neighbours between two words (optimal string alignment).</summary>
    private static int Distance(string one, string other)
    {
        // A name can be as long as the file.
        if (one.Length > 100)
        {
            return int.MaxValue;
        }

        var distances = new int[one.Length + 1, other.Length + 1];
        for (var i = 0; i <= one.Length; i++)
        {
            for (var j = 0; j <= other.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    distances[i, j] = i + j;
                    continue;
                }

                var replaced = distances[i - 1, j - 1] + (one[i - 1] == other[j - 1] ? 0 : 1);
                var distance = Math.Min(replaced, Math.Min(distances[i - 1, j], distances[i, j - 1]) + 1);
                if (i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1])
                {
                    distance = Math.Min(distance, distances[i - 2, j - 2] + 1);
                }

                distances[i, j] = distance;
            }
        }

        return distances[one.Length, other.Length];
    }
}
