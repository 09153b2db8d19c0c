using Mik.Components.Linking;
using Mik.Wasm.Execution;

namespace Mik.Wasi.Http;

/// <summary><c>wasi:http/handler</c> of 0.3: no thread is held while its guest waits.</summary>
internal sealed class AsyncHandler(AsyncExport export) : HandlerExport
{
    /// <summary>The interface, which a middleware imports too.</summary>
    public const string InterfaceName = "wasi:http/handler";

    /// <summary>The handler of a component; null when it has none of this kind.</summary>
    public static HandlerExport? Bind(CompiledComponent compiled) =>
        compiled.BindAsyncExport(InterfaceName, "handle", HttpCall.Shapes) is { } export ? new AsyncHandler(export) : null;

    /// <inheritdoc/>
    public override bool MayBeShared => true;

    /// <inheritdoc/>
    public override void Handle(InstancePool pool, HttpExchange exchange, WasiHttpContext context) =>
        new FreshCall(export, pool, exchange, context).RunToEnd();

    /// <inheritdoc/>
    public override HttpCall Begin(
        ComponentInstances instances, ExecutionLimits limits, InstanceReuse reuse, HttpExchange exchange, WasiHttpContext context) => reuse.IsOn
        ? BeginShared(instances, limits, reuse, exchange, context)
        : new FreshCall(export, instances.For(limits, context), exchange, context);

    private SharedCall BeginShared(
        ComponentInstances instances, ExecutionLimits limits, InstanceReuse reuse, HttpExchange exchange, WasiHttpContext context) =>
        new(() => instances.SharedFor(limits, context, export, reuse), exchange, context);
}
