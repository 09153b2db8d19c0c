using Mik.Wasi.Http.Egress;

namespace Mik.Wasi.Http;

/// <summary>What a guest sees that answers a request: besides the world, those whom it may call.</summary>
public sealed class WasiHttpContext : WasiContext
{
    /// <summary>Outgoing HTTP; null denies every request.</summary>
    public OutgoingHttp? OutgoingHttp { get; init; }

    /// <summary>What stands behind the guest, when it is a middleware.</summary>
    public INextHandler? Next { get; init; }

    /// <summary>Is told how the request's instance fares.</summary>
    public IGuestObserver? Observer { get; init; }
}
