using Mik.Testing;

namespace Mik.Wasm.Tests.Debugging;

/// <summary>Lines of the guest's source by the remarks at their ends.</summary>
internal static class SourceMarks
{
    /// <summary>The frames as a trace shows them without columns: <c>function (file:line)</c>, each line found by its remark.</summary>
    public static string[] Frames(params (string Function, string File, string Mark, bool IsInlined)[] frames) =>
        [.. frames.Select(frame => $"{frame.Function} (/guests/lines/{frame.File}:{LineOf(frame.File, frame.Mark)}){(frame.IsInlined ? " [inlined]" : "")}")];

    private static int LineOf(string file, string mark) =>
        Array.FindIndex(File.ReadAllLines(RepositoryRoot.Combine("guests", "lines", file)), line => line.EndsWith("// " + mark, StringComparison.Ordinal)) + 1;
}
