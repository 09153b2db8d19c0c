namespace Mik.Conformance.Tests.Suites;

/// <summary>Fails a test with a readable list: one line for each command or module.</summary>
internal static class FailureList
{
    private const int MostLines = 20;

    public static void AssertEmpty(IEnumerable<string> failures)
    {
        var lines = failures.ToArray();
        if (lines.Length > 0)
        {
            var rest = lines.Length > MostLines ? $"\n… and {lines.Length - MostLines} more" : "";
            Assert.Fail($"{lines.Length} failures:\n{string.Join('\n', lines.Take(MostLines))}{rest}");
        }
    }
}
