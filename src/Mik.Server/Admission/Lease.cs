namespace Mik.Server.Admission;

/// <summary>The permits of one admitted request. Disposing gives them back.</summary>
internal readonly struct Lease(Permits server, Permits module) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose()
    {
        module.Return();
        server.Return();
    }
}
