using Mik.Fuzz.Comparisons;
using Mik.Fuzz.Tasks;

namespace Mik.Conformance.Tests.Differential;

/// <summary>
/// Random programs of two guests with all built-ins of tasks, streams and futures do what the model of the specification allows, whichever ready task goes on
/// first. Thousands more are run by <c>tools/Mik.Fuzz tasks</c>.
/// </summary>
public sealed class TaskModelTests
{
    [Fact]
    public void Programs_OfTwoGuests_DoWhatTheModelAllows()
    {
        var comparison = new TaskComparison();

        Assert.Empty(comparison.Compare(seed: 1, count: 400));

        // Each step is among them, mistakes too: they say nothing of what they never do.
        Assert.Empty(Enum.GetValues<TaskStep>().Except(comparison.Counts.Keys));
    }
}
