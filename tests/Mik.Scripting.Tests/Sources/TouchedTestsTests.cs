using Mik.Scripting.Sources;

namespace Mik.Scripting.Tests.Sources;

/// <summary>Which tests <c>mik dev</c> runs after a change.</summary>
public sealed class TouchedTestsTests
{
    [Theory]
    [InlineData("a.js", "scripts/a.test.js")]
    [InlineData("lib/deep.ts", "scripts/a.test.js scripts/b.test.ts")]
    [InlineData("b.test.ts", "scripts/b.test.ts")]
    [InlineData("alone.js", "")]
    public void Of_AChange_ReachesThroughImports(string changed, string expected)
    {
        using var bench = new ScriptBench(
            ("a.js", "import './lib/deep'; export default 1;"), ("b.ts", "const deep = require('./lib/deep');"), ("lib/deep.ts", "export const x = 1;"),
            ("alone.js", ""),
            ("a.test.js", "import a from './a.js';"), ("b.test.ts", "import './b';"));

        var tests = TouchedTests.Of(bench.Folder, [Path.Combine(bench.Folder.Root, changed)]);

        Assert.Equal(expected.Split(' ', StringSplitOptions.RemoveEmptyEntries), tests);
    }
}
