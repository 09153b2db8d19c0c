namespace Mik.Server.Problems;

/// <summary>One failure of one request: its kind, what a caller may know about it, and the status where it differs from the table's.</summary>
internal readonly record struct Problem(ProblemKind Kind, string Detail, int? Status = null)
{
    /// <summary>The status that the response carries.</summary>
    public int StatusCode => Status ?? ProblemTable.Row(Kind).Status;
}
