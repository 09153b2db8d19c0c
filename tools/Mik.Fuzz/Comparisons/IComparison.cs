namespace Mik.Fuzz.Comparisons;

/// <summary>Something that is made at random and tried on both engines.</summary>
internal interface IComparison
{
    /// <summary>What is counted, in the plural.</summary>
    string Unit { get; }

    /// <summary>What was seen so far beside differences: that the tries were worth something.</summary>
    string Statistics { get; }

    /// <summary>Tries so many, all made from the seed; gives those that differ.</summary>
    IEnumerable<Difference> Compare(ulong seed, int count);
}

/// <summary>What the two engines say differently.</summary>
/// <param name="Name">The seed, as the name of a file.</param>
/// <param name="Bytes">The module or component.</param>
/// <param name="Mine">What this engine says.</param>
/// <param name="Other">What the other says.</param>
internal sealed record Difference(string Name, byte[] Bytes, string Mine, string Other)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Name} differs\n  mik    {Mine}\n  other  {Other}";
}
