namespace Mik.Components.Runtime;

/// <summary>What the host does at its end of a stream or future. Called in turns.</summary>
internal interface IHostEnd
{
    /// <summary>Copies from or to the guest's copy that waits, if that is possible now; else sees to it that it is tried again.</summary>
    void TryCopy();

    /// <summary>The guest's copy waits no more.</summary>
    void Cancelled();

    /// <summary>The guest's end is gone.</summary>
    void OtherDropped();
}
