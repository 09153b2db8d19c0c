using System.Globalization;

namespace Mik.Configuration.Keys;

/// <summary>A row of <see cref="KeyTable"/>: a key of mik.toml, what it holds, and what is read instead of it.</summary>
/// <param name="Section">The table that it stands in.</param>
/// <param name="Name">Its name there.</param>
/// <param name="Kind">What it holds.</param>
/// <param name="Description">What it does, as the reference page and editors show it.</param>
internal sealed record ConfigurationKey(string Section, string Name, KeyKind Kind, string Description)
{
    /// <summary>
    /// What holds when the key is absent: <see cref="string"/>, <see cref="long"/>, <see cref="double"/>, <see cref="bool"/> or an array of strings; null is
    /// nothing.
    /// </summary>
    public object? Default { get; init; }

    /// <summary>Whether its section must have it.</summary>
    public bool IsRequired { get; init; }

    /// <summary>The smallest number.</summary>
    public double Minimum { get; init; } = double.NegativeInfinity;

    /// <summary>Whether the smallest number itself is too small.</summary>
    public bool IsMinimumExclusive { get; init; }

    /// <summary>The largest number.</summary>
    public double Maximum { get; init; } = double.PositiveInfinity;

    /// <summary>The rule for a string, or for each of an array.</summary>
    public TextRule? Rule { get; init; }

    /// <summary>The environment variable that goes before it.</summary>
    public string? Variable { get; init; }

    /// <summary>The flag of <c>mik run</c> that goes before both.</summary>
    public string? Flag { get; init; }

    /// <summary><c>section.name</c></summary>
    public string FullName => Section == KeyTable.ModuleTables ? $"{Section}.NAME.{Name}" : $"{Section}.{Name}";

    /// <summary>What is expected, to come after "must be".</summary>
    public string Expectation => Kind switch
    {
        KeyKind.Integer => $"a whole number{Range}",
        KeyKind.Number => $"a number{Range}",
        KeyKind.Boolean => "true or false",
        KeyKind.TextArray => Rule is { } rule ? $"an array of strings, each {rule.Expectation}" : "an array of strings",
        KeyKind.Path => "a path in quotes",
        _ => Rule?.Expectation ?? "a string in quotes",
    };

    /// <summary>Whether a number is within the bounds.</summary>
    public bool Admits(double number) => (IsMinimumExclusive ? number > Minimum : number >= Minimum) && number <= Maximum;

    /// <summary>The bounds of a number, to come after its kind; nothing when there are none.</summary>
    public string Range => double.IsFinite(Minimum)
        ? (IsMinimumExclusive ? (FormattableString)$" above {Minimum}, at most {Maximum}" : $" from {Minimum} to {Maximum}")
            .ToString(CultureInfo.InvariantCulture)
        : "";
}

/// <summary>A rule for strings.</summary>
/// <param name="Expectation">What is expected, to come after "must be".</param>
/// <param name="IsMet">Whether a string is so.</param>
/// <param name="Pattern">The rule as a regular expression for editors, as near as one can say it; null when it cannot.</param>
internal sealed record TextRule(string Expectation, Func<string, bool> IsMet, string? Pattern = null);
