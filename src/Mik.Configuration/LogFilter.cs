using System.Globalization;

namespace Mik.Configuration;

/// <summary>
/// What <c>RUST_LOG</c> and <c>MIK_LOG</c> say: a list of <c>level</c> and <c>target=level</c>, such as <c>info</c> or
/// <c>warn,mik=debug,mik::runtime=trace</c>. The most specific target wins; where one is written twice, the last. A target without a level means everything
/// of it.
/// </summary>
/// <remarks>
/// Targets are names of categories with <c>::</c> or <c>.</c> between their parts. <c>mik::runtime</c> stands for all that serves requests, which are
/// the categories below <c>mik</c>; <c>kestrel</c> for the HTTP server's own. Parts of a filter that cannot be understood are left out and told.
/// </remarks>
public sealed class LogFilter
{
    private const string Runtime = "mik.runtime";

    private static readonly (string Alias, string Category)[] Aliases =
    [
        (Runtime, "mik"),
        ("kestrel", "Microsoft.AspNetCore.Server.Kestrel"),
        ("microsoft", "Microsoft"),
    ];

    private LogFilter(LogThreshold @default, IReadOnlyDictionary<string, LogThreshold> categories, IReadOnlyList<string> problems) =>
        (Default, Categories, Problems) = (@default, categories, problems);

    /// <summary>What holds where no category does.</summary>
    public LogThreshold Default { get; }

    /// <summary>Category → threshold. One holds for the category and those below it; the longest that fits wins.</summary>
    public IReadOnlyDictionary<string, LogThreshold> Categories { get; }

    /// <summary>Parts that were left out, and why.</summary>
    public IReadOnlyList<string> Problems { get; }

    /// <summary>A filter that is the same everywhere.</summary>
    public static LogFilter Everywhere(LogThreshold threshold) => new(threshold, new Dictionary<string, LogThreshold>(), []);

    /// <summary>Reads a filter. With targets only, what they do not name is logged from errors upwards; an empty filter is <c>info</c>.</summary>
    public static LogFilter Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        LogThreshold? everywhere = null;
        var written = new Dictionary<string, LogThreshold>(StringComparer.Ordinal);
        var problems = new List<string>();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            var target = (equals < 0 ? part : part[..equals]).Trim();
            LogThreshold threshold;
            if (part.Contains('[', StringComparison.Ordinal))
            {
                problems.Add($"'{part}': filters by span are not understood");
            }
            else if (equals < 0 && TryParseLevel(target, out threshold))
            {
                everywhere = threshold;
            }
            else if (equals < 0)
            {
                written[target] = LogThreshold.Trace;
            }
            else if (target.Length == 0 || !TryParseLevel(part[(equals + 1)..].Trim(), out threshold))
            {
                problems.Add($"'{part}': expected target=level with a level of off, error, warn, info, debug, trace");
            }
            else
            {
                written[target] = threshold;
            }
        }

        var fallback = everywhere ?? (written.Count == 0 ? LogThreshold.Info : LogThreshold.Error);
        return new LogFilter(fallback, Resolve(written), problems);
    }

    /// <summary>The threshold of a category.</summary>
    public LogThreshold Of(string category)
    {
        ArgumentNullException.ThrowIfNull(category);
        for (var end = category.Length; end > 0; end = category.LastIndexOf('.', end - 1))
        {
            if (Categories.TryGetValue(category[..end], out var threshold))
            {
                return threshold;
            }
        }

        return Default;
    }

    private static bool TryParseLevel(string text, out LogThreshold threshold)
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            threshold = (LogThreshold)number;
            return number <= (int)LogThreshold.Trace;
        }

        return Enum.TryParse(text, ignoreCase: true, out threshold) && char.IsAsciiLetter(text[0]);
    }

    private static Dictionary<string, LogThreshold> Resolve(Dictionary<string, LogThreshold> written)
    {
        // An alias is more specific than the category that it stands for, so the shorter names are taken first.
        var categories = new Dictionary<string, LogThreshold>(StringComparer.Ordinal);
        foreach (var (target, threshold) in written.OrderBy(directive => directive.Key.Length))
        {
            categories[CategoryOf(target)] = threshold;
        }

        return categories;
    }

    private static string CategoryOf(string target)
    {
        var name = target.Replace("::", ".", StringComparison.Ordinal);
        foreach (var (alias, category) in Aliases)
        {
            if (name.StartsWith(alias, StringComparison.OrdinalIgnoreCase) && (name.Length == alias.Length || name[alias.Length] == '.'))
            {
                return category + name[alias.Length..];
            }
        }

        return name;
    }
}
