using System.IO.Pipelines;

namespace Mik.AspNetCore.Bodies;

/// <summary>What a host does while a guest waits for a request body that still comes.</summary>
internal interface IBodyWait
{
    /// <summary>Takes the beginning of the body, which is then to be given back by whoever took it. False when there is none, or not any more.</summary>
    bool TryTakeBeginning(out ReadResult beginning);

    /// <summary>The guest asked for bytes that the client has not sent.</summary>
    void Pause();

    /// <summary>They came.</summary>
    void Resume();
}
