namespace Mik.Components.Linking;

/// <summary>An import that the host cannot satisfy.</summary>
/// <param name="Import">Its full name; a function of an instance is written <c>instance#function</c>.</param>
/// <param name="Reason">Why not.</param>
public sealed record LinkProblem(string Import, string Reason);

/// <summary>A component does not fit the host: it names every import that is missing or has another shape, not only the first.</summary>
public sealed class ComponentLinkException : Exception
{
    /// <summary>Makes the error.</summary>
    public ComponentLinkException(IReadOnlyList<LinkProblem> problems)
        : base("the component's imports cannot be satisfied:" + string.Concat(problems.Select(problem => $"\n  {problem.Import}: {problem.Reason}")))
    {
        Problems = problems;
    }

    /// <summary>Every import that is the matter.</summary>
    public IReadOnlyList<LinkProblem> Problems { get; }
}
