namespace Mik.Server.Limits;

/// <summary>The permit of one admitted request that goes to no module. Disposing gives it back; twice is fine, so that it may be done early.</summary>
internal sealed class ServerPermit(Permits server) : IDisposable
{
    private bool _isOver;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_isOver)
        {
            _isOver = true;
            server.Return();
        }
    }
}
