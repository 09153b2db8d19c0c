using Mik.Scripting.Execution;
using Mik.Scripting.Testing;

namespace Mik.Scripting.Tests.Sources;

/// <summary>Files of scripts have a size beyond which they are not read.</summary>
public sealed class SourceSizeTests
{
    private const string Answer = "export default () => 'fine';";

    [Theory]
    [InlineData("huge.js")]
    [InlineData("huge.ts")]
    public void Load_OfAFileThatIsTooLarge_SaysSoAndDoesNotReadIt(string name)
    {
        using var bench = new ScriptBench((name, $"/* {new string('x', 3 << 20)} */ {Answer}"));
        var path = Path.Combine(bench.Folder.Root, name);

        var failure = Assert.Throws<ScriptLoadException>(() => bench.Load(name));

        Assert.Contains($"scripts/{name} cannot be loaded: it has 3.0 MB, and a file of a script may have 2 MB", failure.Message, StringComparison.Ordinal);
        Assert.Equal($"scripts/{name}", Assert.Single(failure.Failure.Frames).Module);
        Assert.Null(failure.Failure.CodeFrame);
        Assert.False(failure.MayHaveChanged);
        File.WriteAllText(path, Answer);
        Assert.True(failure.MayHaveChanged);
        Assert.Equal("\"fine\"", ScriptBench.Text(bench.Run(bench.Load(name))));
    }

    [Fact]
    public void Load_OfAFileAtTheLimit_IsServed()
    {
        using var bench = new ScriptBench(("large.js", $"/*{new string('x', (2 << 20) - Answer.Length - 4)}*/{Answer}"));

        Assert.Equal("\"fine\"", ScriptBench.Text(bench.Run(bench.Load("large.js"))));
    }

    [Fact]
    public void Load_OfMoreImportsThanAProgramMayHave_NamesTheFileThatIsTooMuch()
    {
        var files = Enumerable.Range(0, 5).Select(i => ($"_{i}.js", $"/*{new string('x', 1_900_000)}*/ export const n{i} = {i};"));
        var imports = string.Concat(Enumerable.Range(0, 5).Select(i => $"import './_{i}.js'; "));
        using var bench = new ScriptBench([("all.js", imports + Answer), .. files]);

        var failure = Assert.Throws<ScriptLoadException>(() => bench.Load("all.js"));

        Assert.Contains("scripts/_4.js cannot be loaded: with it, the files of the script have more than 8 MB", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Test_OfAFileThatIsTooLarge_FailsWithItsName()
    {
        using var bench = new ScriptBench(("_huge.js", $"/* {new string('x', 3 << 20)} */"), ("a.test.js", "import './_huge.js';"));

        var result = Assert.Single(await TestSession.RunAsync(bench.Folder, null, bench.MemoryBytes, TestContext.Current.CancellationToken));

        Assert.Contains("scripts/_huge.js cannot be loaded: it has 3.0 MB", result.Failure!.Summary, StringComparison.Ordinal);
    }
}
