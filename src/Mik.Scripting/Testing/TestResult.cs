using Mik.Scripting.Diagnostics;
using Mik.Scripting.Execution;

namespace Mik.Scripting.Testing;

/// <summary>What became of a test.</summary>
internal enum TestState
{
    /// <summary>It passed.</summary>
    Passed,
    /// <summary>It failed.</summary>
    Failed,
    /// <summary>It was left out.</summary>
    Skipped,
    /// <summary>It is yet to be written.</summary>
    Todo,
}

/// <summary>A test that has ended.</summary>
/// <param name="File">Its file, such as <c>scripts/checkout.test.ts</c>.</param>
/// <param name="Path">The names of the groups that it is in, and its own.</param>
/// <param name="State">What became of it.</param>
/// <param name="Duration">How long it took.</param>
/// <param name="Failure">Why it failed.</param>
internal sealed record TestResult(string File, IReadOnlyList<string> Path, TestState State, TimeSpan Duration, ScriptFailure? Failure = null);

/// <summary>A test file that has been run.</summary>
/// <param name="File">The file.</param>
/// <param name="Tests">Its tests, in order.</param>
/// <param name="Log">What it wrote to its console.</param>
/// <param name="Failure">Why the file as a whole failed, for example because it is no JavaScript.</param>
internal sealed record TestFileResult(
    string File, IReadOnlyList<TestResult> Tests, IReadOnlyList<(ScriptLogLevel Level, string Text)> Log, ScriptFailure? Failure)
{
    /// <summary>Whether nothing of it failed.</summary>
    public bool IsFine => Failure is null && Tests.All(test => test.State != TestState.Failed);
}
