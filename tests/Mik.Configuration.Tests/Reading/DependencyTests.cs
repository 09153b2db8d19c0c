using Mik.Configuration.Model;
using Mik.Configuration.Reading;

namespace Mik.Configuration.Tests.Reading;

public sealed class DependencyTests
{
    private static readonly string Folder = Path.Combine(Path.GetTempPath(), "mik-configuration");

    public static TheoryData<string, string, DependencySource> Rows => new()
    {
        { "\"dufeutech/router\" = \"latest\"", "dufeutech/router", new RegistrySource("ghcr.io/dufeutech/router", "latest") },
        { "db = { registry = \"ghcr.io/myorg/database\", version = \"v1.0\" }", "db", new RegistrySource("ghcr.io/myorg/database", "v1.0") },
        { "router = { git = \"https://github.com/user/repo.git\" }", "router", new GitSource("https://github.com/user/repo.git") },
        { "a = { git = \"U\", branch = \"main\" }", "a", new GitSource("U", GitRevisionKind.Branch, "main") },
        { "a = { git = \"U\", tag = \"v1.0.0\" }", "a", new GitSource("U", GitRevisionKind.Tag, "v1.0.0") },
        { "a = { git = \"U\", rev = \"abc\" }", "a", new GitSource("U", GitRevisionKind.Commit, "abc") },
        { "[dependencies.a]\ngit = \"U\"\nrev = \"abc\"", "a", new GitSource("U", GitRevisionKind.Commit, "abc") },
        { "local = { path = \"../component.wasm\" }", "local", new PathSource("../component.wasm", Path.GetFullPath("../component.wasm", Folder)) },
    };

    [Theory]
    [MemberData(nameof(Rows))]
    public void Parse_EveryForm_IsItsSource(string row, string name, DependencySource source)
    {
        var result = Parse(row);

        Assert.Empty(result.Problems);
        Assert.Equal(new Dependency(name, source), Assert.Single(result.Configuration!.Dependencies));
    }

    [Theory]
    [InlineData("router = \"v1\"", "'router' names no package of a registry: write \"user/router\"")]
    [InlineData("\"a/b\" = \"\"", "must be a version")]
    [InlineData("a = 1", "dependencies.a must be \"version\"")]
    [InlineData("a = []", "dependencies.a must be")]
    [InlineData("a = {}", "it has none of registry, git and path")]
    [InlineData("a = { version = \"v1\" }", "it has none of registry, git and path")]
    [InlineData("a = { registry = \"r/a\" }", "needs a version beside its registry")]
    [InlineData("a = { registry = \"r/a\", version = 1 }", "dependencies.a.version must be a string")]
    [InlineData("a = { path = \"p\", git = \"U\" }", "it has git and path")]
    [InlineData("a = { git = \"U\", tag = \"t\", branch = \"b\" }", "it may have one of branch, tag and rev")]
    [InlineData("a = { path = \"\" }", "dependencies.a.path must be a string in quotes that is not empty")]
    [InlineData("\"../a\" = \"v1\"", "cannot be the name of a dependency")]
    [InlineData("\"a/../b\" = \"v1\"", "cannot be the name of a dependency")]
    [InlineData("\"a//b\" = \"v1\"", "cannot be the name of a dependency")]
    [InlineData("\"\" = { path = \"p\" }", "cannot be the name of a dependency")]
    [InlineData("\"a\\\\b\" = { path = \"p\" }", "cannot be the name of a dependency")]
    [InlineData("\"-a\" = { path = \"p\" }", "cannot be the name of a dependency")]
    public void Parse_WrongForm_SaysWhatIsExpected(string row, string message)
    {
        var result = Parse(row);

        Assert.Null(result.Configuration);
        Assert.Contains(message, Assert.Single(result.Problems).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_UnknownKeyOfAForm_IsAWarning()
    {
        var result = Parse("a = { git = \"U\", brunch = \"main\" }");

        Assert.NotNull(result.Configuration);
        Assert.Contains(
            "there is no key 'brunch' in a dependency with git; did you mean 'branch'?", Assert.Single(result.Problems).Message, StringComparison.Ordinal);
    }

    private static ConfigurationResult Parse(string row) => MikConfiguration.Parse(Path.Combine(Folder, "mik.toml"), $"[dependencies]\n{row}\n");
}
