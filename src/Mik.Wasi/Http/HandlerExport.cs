using Mik.Components.Linking;
using Mik.Wasm.Execution;

namespace Mik.Wasi.Http;

/// <summary>The export by which a component answers requests, as one version of the interface has it. Bound once, shared by requests.</summary>
internal abstract class HandlerExport
{
    /// <summary>Whether requests may share an instance.</summary>
    public virtual bool MayBeShared => false;

    /// <summary>Serves a request on the calling thread.</summary>
    public abstract void Handle(InstancePool pool, HttpExchange exchange, WasiHttpContext context);

    /// <summary>Begins to serve a request in turns; null when a thread is held while the guest waits.</summary>
    public virtual HttpCall? Begin(
        ComponentInstances instances, ExecutionLimits limits, InstanceReuse reuse, HttpExchange exchange, WasiHttpContext context) => null;
}
