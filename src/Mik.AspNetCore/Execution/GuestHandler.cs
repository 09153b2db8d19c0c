using Mik.Wasi.Http;
using Mik.Wasm.Execution;

namespace Mik.AspNetCore.Execution;

/// <summary>Runs one request through a fresh instance of a component, on the calling thread. Throws when the guest fails.</summary>
internal delegate void GuestHandler(HttpExchange exchange, WasiHttpContext context, ExecutionLimits limits);

/// <summary>Begins one request through a component that is served in turns; gives null when the component is not.</summary>
internal delegate HttpCall? GuestBeginning(HttpExchange exchange, WasiHttpContext context, ExecutionLimits limits, InstanceReuse reuse);
