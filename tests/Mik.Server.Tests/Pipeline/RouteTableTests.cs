using Mik.Server.Modules;
using Mik.Server.Options;
using Mik.Server.Pipeline;
using Mik.Server.Problems;
using Mik.Server.Requests;
using Mik.Server.Tests.Modules;

namespace Mik.Server.Tests.Pipeline;

public sealed class RouteTableTests
{
    private static readonly RouteTable Table = new(new ModuleSet(
        new MikServerOptions { Modules = [new ModuleConfig("echo", "echo.wasm")] },
        TestModules.Factory(_ => throw new NotSupportedException())));

    [Theory]
    [InlineData("/run/echo", "/")]
    [InlineData("/run/echo/", "/")]
    [InlineData("/run/echo?q=1", "/?q=1")]
    [InlineData("/run/echo/?", "/?")]
    [InlineData("/run/echo/a/b?c=%20", "/a/b?c=%20")]
    [InlineData("/run/echo//a//", "//a//")]
    [InlineData("/run/echo/%2F/../%00", "/%2F/../%00")]
    [InlineData("/run/%65cho/x", "/x")]
    [InlineData("http://host/run/echo/x?y", "/x?y")]
    public void Find_KnownModule_GivesWhatTheGuestSees(string target, string pathWithQuery)
    {
        var route = Table.Find(target);

        Assert.Equal(RouteKind.Module, route.Kind);
        Assert.Equal("echo", route.Module!.Config.Name);
        Assert.Equal(pathWithQuery, route.PathWithQuery);
    }

    [Theory]
    [InlineData("/run/other/", (int)ProblemKind.ModuleNotFound)]
    [InlineData("/run/ECHO/", (int)ProblemKind.ModuleNotFound)]
    [InlineData("/run/../etc", (int)ProblemKind.InvalidRequest)]
    [InlineData("/run/%2e%2e/", (int)ProblemKind.InvalidRequest)]
    [InlineData("/run/a%2Fb/", (int)ProblemKind.InvalidRequest)]
    [InlineData("/run/a%5Cb/", (int)ProblemKind.InvalidRequest)]
    [InlineData("/run/echo%00/", (int)ProblemKind.InvalidRequest)]
    [InlineData("/run/echo%0d%0aX:y/", (int)ProblemKind.InvalidRequest)]
    [InlineData("/run/nul/", (int)ProblemKind.InvalidRequest)]
    [InlineData("/run/%", (int)ProblemKind.InvalidRequest)]
    [InlineData("/run//echo/", (int)ProblemKind.NotFound)]
    [InlineData("/run/", (int)ProblemKind.NotFound)]
    [InlineData("/run", (int)ProblemKind.NotFound)]
    [InlineData("/Run/echo", (int)ProblemKind.NotFound)]
    [InlineData("/health/", (int)ProblemKind.NotFound)]
    [InlineData("*", (int)ProblemKind.NotFound)]
    [InlineData("", (int)ProblemKind.NotFound)]
    public void Find_NothingThere_GivesTheProblem(string target, int kind)
    {
        var route = Table.Find(target);

        Assert.Equal(RouteKind.Problem, route.Kind);
        Assert.Equal((ProblemKind)kind, route.Problem.Kind);
    }

    [Fact]
    public void Find_LongName_IsInvalid() =>
        Assert.Equal(ProblemKind.InvalidRequest, Table.Find("/run/" + new string('a', 300)).Problem.Kind);
}
