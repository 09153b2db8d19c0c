using Mik.Server.Limits;
using Mik.Server.Modules;

namespace Mik.Server.Pipeline;

/// <summary>The permits of one admitted request to a module. They are given back once, with what came of the request.</summary>
internal readonly struct Lease(AdmissionController desk, ModuleState module, in ModulePass pass)
{
    private readonly ModulePass _pass = pass;

    /// <summary>Gives the permits back.</summary>
    public void Return(HandlerOutcome outcome) => desk.Return(module, _pass, outcome);
}
