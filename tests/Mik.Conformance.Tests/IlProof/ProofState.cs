using System.Collections.Immutable;

namespace Mik.Conformance.Tests.IlProof;

/// <summary>Something that a check has shown about a value; <paramref name="Index"/> is the memory, table or type.</summary>
internal readonly record struct Fact(FactKind Kind, IlValue? Value, int Index = 0, Epoch? Epoch = null);

/// <summary>The kinds of <see cref="Fact"/>; the number that belongs to a fact is in parentheses.</summary>
internal enum FactKind
{
    /// <summary>The value and that many bytes after it are in the memory (bytes). Without a value: that many bytes are.</summary>
    InMemory,
    /// <summary>The value is not negative.</summary>
    NotNegative,
    /// <summary>The value is below the table's length.</summary>
    InTable,
    /// <summary>The value is not null.</summary>
    NotNull,
    /// <summary>The function reference has the type (its number).</summary>
    HasType,
    /// <summary>The frame is within the stack limit.</summary>
    StackChecked,
    /// <summary>The place in an array is below its length.</summary>
    InArray,
    /// <summary>The array has elements (their number).</summary>
    HasLength,
    /// <summary>A call may have thrown, and nobody looked.</summary>
    MayHaveThrown,
}

/// <summary>What is known at one place of a method.</summary>
/// <param name="Locals">The locals.</param>
/// <param name="Arguments">The arguments.</param>
/// <param name="Facts">What checks have shown.</param>
/// <param name="Epoch">The stretch without calls.</param>
internal sealed record ProofState(IlValue[] Locals, IlValue[] Arguments, ImmutableDictionary<Fact, long> Facts, Epoch Epoch)
{
    public ProofState Copy() => this with { Locals = (IlValue[])Locals.Clone(), Arguments = (IlValue[])Arguments.Clone() };

    /// <summary>Forgets facts about values that nothing holds any more.</summary>
    public ProofState Prune()
    {
        if (Facts.IsEmpty)
        {
            return this;
        }
        var held = new HashSet<IlValue>();
        foreach (var value in Locals.Concat(Arguments))
        {
            held.Add(value);
            held.Add(new ZeroExtended(value));
        }
        return this with
        {
            Facts = Facts.RemoveRange(Facts.Keys
            .Where(fact => fact.Value is { } value && value is not (Constant or ElementOf) && !held.Contains(value)))
        };
    }

    /// <summary>Whether both say the same.</summary>
    public bool Says(ProofState other) =>
        Epoch == other.Epoch && Locals.AsSpan().SequenceEqual(other.Locals) && Arguments.AsSpan().SequenceEqual(other.Arguments)
        && Facts.Count == other.Facts.Count && Facts.All(fact => other.Facts.TryGetValue(fact.Key, out var number) && number == fact.Value);

    /// <summary>What holds whichever way this place was reached; the same object when that is nothing less than before.</summary>
    public ProofState Merge(ProofState other, int place)
    {
        var locals = Merge(Locals, other.Locals, "local", place);
        var arguments = Merge(Arguments, other.Arguments, "argument", place);
        var facts = Facts;
        foreach (var (fact, number) in Facts)
        {
            if (!other.Facts.TryGetValue(fact, out var theirs))
            {
                facts = facts.Remove(fact);
            }
            else if (theirs < number)
            {
                facts = facts.SetItem(fact, theirs);
            }
        }
        var epoch = Epoch == other.Epoch ? Epoch : new Epoch(place);
        return ReferenceEquals(locals, Locals) && ReferenceEquals(arguments, Arguments) && facts.Count == Facts.Count
            && ReferenceEquals(facts, Facts) && epoch == Epoch
            ? this
            : new ProofState(locals, arguments, facts, epoch);
    }

    private static IlValue[] Merge(IlValue[] mine, IlValue[] theirs, string what, int place)
    {
        var merged = mine;
        for (var i = 0; i < mine.Length; i++)
        {
            if (ReferenceEquals(mine[i], theirs[i]) || mine[i] == theirs[i])
            {
                continue;
            }
            var either = new Unknown($"{what} {i} at", place);
            if (mine[i] != either)
            {
                merged = ReferenceEquals(merged, mine) ? (IlValue[])mine.Clone() : merged;
                merged[i] = either;
            }
        }
        return merged;
    }
}
