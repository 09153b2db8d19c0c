namespace Mik.Wasi.Io;

/// <summary>Something that guests wait for.</summary>
internal interface IPollSource
{
    /// <summary>Whether the event is there now.</summary>
    bool IsReady();

    /// <summary>A task that ends when it may be there; only called when it is not.</summary>
    Task WhenReady();
}
