using Microsoft.Extensions.Logging.Abstractions;
using Mik.Server.Limits;
using Mik.Server.Modules;
using Mik.Server.Options;
using Mik.Server.Pipeline;
using Mik.Server.Problems;
using Mik.Server.Tests.Modules;

namespace Mik.Server.Tests.Pipeline;

public sealed class AdmissionControllerTests
{
    [Fact]
    public void TryEnter_ServerFull_IsOverloadedUntilALeaseReturns()
    {
        var desk = new AdmissionController(Options(server: 2, module: null), NullLogger.Instance);
        var module = Module(2);
        Assert.True(desk.TryEnter(module, default, out var first, out _));
        Assert.True(desk.TryEnter(module, default, out _, out _));

        Assert.False(desk.TryEnter(module, default, out _, out var problem));
        Assert.Equal(ProblemKind.Overloaded, problem.Kind);
        Assert.Equal(2, desk.ActiveRequests);

        first.Return(HandlerOutcome.Success);
        Assert.True(desk.TryEnter(module, default, out _, out _));
        Assert.Equal(3, desk.TotalRequests);
    }

    [Fact]
    public void TryEnter_ModuleFull_IsRateLimitedAndOthersGoOn()
    {
        var desk = new AdmissionController(Options(server: 10, module: 1), NullLogger.Instance);
        var full = Module(1);
        Assert.True(desk.TryEnter(full, default, out var lease, out _));

        Assert.False(desk.TryEnter(full, default, out _, out var problem));
        Assert.Equal(ProblemKind.RateLimited, problem.Kind);
        Assert.Equal(1, desk.ActiveRequests);
        Assert.True(desk.TryEnter(Module(1), default, out _, out _));

        lease.Return(HandlerOutcome.Success);
        Assert.True(desk.TryEnter(full, default, out _, out _));
    }

    [Fact]
    public void TryEnter_Draining_IsShuttingDown()
    {
        var desk = new AdmissionController(Options(server: 1, module: null), NullLogger.Instance);
        desk.Drain();

        Assert.False(desk.TryEnter(Module(1), default, out _, out var problem));
        Assert.Equal(ProblemKind.ShuttingDown, problem.Kind);
    }

    private static MikServerOptions Options(int server, int? module) => new() { Modules = [], MaxConcurrentRequests = server, MaxPerModuleRequests = module };

    private static ModuleState Module(int maximum) =>
        TestModules.Factory(
            _ => throw new NotSupportedException(), new MikServerOptions { MaxPerModuleRequests = maximum }).Create(new ModuleConfig("m", "m.wasm"));
}
