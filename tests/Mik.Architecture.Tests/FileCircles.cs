namespace Mik.Architecture.Tests;

/// <summary>Files that name each other in a circle.</summary>
internal static class FileCircles
{
    /// <summary>The circles: sets of files of which each leads to each (strongly connected components of two or more, by Tarjan).</summary>
    public static IReadOnlyList<IReadOnlyList<SourceCode.SourceFile>> Find(
        IEnumerable<(SourceCode.SourceFile From, SourceCode.SourceFile To, string Type)> references)
    {
        var next = references.ToLookup(reference => reference.From, reference => reference.To);
        var numbers = new Dictionary<SourceCode.SourceFile, int>();
        var lowest = new Dictionary<SourceCode.SourceFile, int>();
        var open = new List<SourceCode.SourceFile>();
        var circles = new List<IReadOnlyList<SourceCode.SourceFile>>();
        foreach (var group in next)
        {
            Visit(group.Key);
        }

        return circles;

        void Visit(SourceCode.SourceFile file)
        {
            if (!numbers.TryAdd(file, numbers.Count))
            {
                return;
            }

            lowest[file] = numbers[file];
            open.Add(file);
            foreach (var other in next[file])
            {
                if (!numbers.TryGetValue(other, out var number))
                {
                    Visit(other);
                    lowest[file] = Math.Min(lowest[file], lowest[other]);
                }
                else if (open.Contains(other))
                {
                    lowest[file] = Math.Min(lowest[file], number);
                }
            }

            if (lowest[file] == numbers[file])
            {
                var at = open.IndexOf(file);
                if (open.Count - at > 1)
                {
                    circles.Add(open[at..]);
                }

                open.RemoveRange(at, open.Count - at);
            }
        }
    }
}
