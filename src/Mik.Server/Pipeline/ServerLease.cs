using Mik.Server.Limits;

namespace Mik.Server.Pipeline;

/// <summary>The permit of one admitted request that goes to no module. Disposing gives it back.</summary>
internal readonly struct ServerLease(Permits server) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose() => server.Return();
}
