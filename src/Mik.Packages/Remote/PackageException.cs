namespace Mik.Packages.Remote;

/// <summary>A package operation failed. Nothing of the project was changed.</summary>
public class PackageException : Exception
{
    /// <summary>Makes the error.</summary>
    /// <param name="what">What happened.</param>
    /// <param name="why">Why, as far as it is known.</param>
    /// <param name="next">What to do next.</param>
    /// <param name="inner">What caused it.</param>
    public PackageException(string what, string? why = null, string? next = null, Exception? inner = null)
        : base(what, inner)
    {
        Why = why;
        Next = next;
    }

    /// <summary>The error's code, which <c>mik explain</c> has a page about.</summary>
    public required string Code { get; init; }

    /// <summary>Why, as far as it is known.</summary>
    public string? Why { get; }

    /// <summary>What to do next.</summary>
    public string? Next { get; }
}

/// <summary>Several operations failed, each for a reason of its own.</summary>
public sealed class PackageFailuresException : Exception
{
    /// <summary>Makes the error.</summary>
    public PackageFailuresException(IReadOnlyList<PackageException> failures)
        : base(string.Join("; ", failures.Select(failure => failure.Message)))
    {
        Failures = failures;
    }

    /// <summary>All that failed, in the order of the dependencies.</summary>
    public IReadOnlyList<PackageException> Failures { get; }
}
