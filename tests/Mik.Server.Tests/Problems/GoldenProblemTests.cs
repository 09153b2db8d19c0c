using System.Globalization;
using System.Text;
using Mik.Server.Problems;
using Mik.Testing;
using Mik.Wasm.Execution;

namespace Mik.Server.Tests.Problems;

/// <summary>Every problem as clients see it, as it is kept in <c>tests/golden/problems.txt</c>.</summary>
public sealed class GoldenProblemTests
{
    [Fact]
    public void Problems_EveryKind_HasTheKnownDocument()
    {
        var text = new StringBuilder();
        foreach (var kind in Enum.GetValues<ProblemKind>())
        {
            var problem = new Problem(kind, "detail");
            var row = ProblemTable.Row(kind);
            text.Append(
                CultureInfo.InvariantCulture,
                $"{kind}: {problem.StatusCode}, {problem.Outcome}, retry {problem.RetryAfter?.TotalSeconds.ToString(CultureInfo.InvariantCulture)
                    ?? "never"}, {(row.ClosesConnection ? "closes" : "keeps")} the connection\n");
            text.Append(Encoding.UTF8.GetString(ProblemResponse.Document(problem, "id").Span)).Append('\n');
        }

        var limited = new Problem(
            ProblemKind.HandlerError, "detail \"quoted\" <é>", 502)
        { Limit = LimitedResource.Memory, RetryAfter = TimeSpan.FromMilliseconds(1500) };
        text.Append(Encoding.UTF8.GetString(ProblemResponse.Document(limited, "id").Span)).Append('\n');
        Assert.Equal(Golden.Read("problems.txt", text.ToString()), text.ToString());
    }
}
