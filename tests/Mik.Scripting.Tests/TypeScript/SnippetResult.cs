using Mik.Scripting.Execution;

namespace Mik.Scripting.Tests.TypeScript;

/// <summary>What a snippet gives: a value as JSON, an error it throws, or that it is refused.</summary>
internal static class SnippetResult
{
    public const string Refused = "refused";

    /// <summary>Loads the first of some files and asks it.</summary>
    public static string Of(IReadOnlyList<(string Name, string Source)> files)
    {
        using var bench = new ScriptBench([.. files]);
        try
        {
            var outcome = bench.Run(bench.Load(files[0].Name));
            return outcome.Failure is { } failure ? $"throws {failure.Name}" : outcome.Status == 204 ? "nothing" : ScriptBench.Text(outcome);
        }
        catch (ScriptLoadException exception)
        {
            return exception.Failure.Name == "SyntaxError" || exception.Failure.Message.StartsWith("scripts/", StringComparison.Ordinal)
                ? Refused : $"throws {exception.Failure.Name}";
        }
    }
}
