namespace Mik.Wasi;

/// <summary>A body on its way, of which there may be bytes that are not sent yet.</summary>
internal interface IUnsentBytes
{
    /// <summary>Starts sending what is there.</summary>
    void Send();
}
