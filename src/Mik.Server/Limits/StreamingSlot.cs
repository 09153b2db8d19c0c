using System.IO.Pipelines;
using Mik.AspNetCore.Bodies;

namespace Mik.Server.Limits;

/// <summary>
/// What an admitted request holds beside its permits when its body was not whole by then: a place among those whose bodies still
/// come. While its guest waits for the client, the module's permit is free for others. So a module has at most its limit of requests at work
/// and as many again that wait for their clients.
/// </summary>
internal sealed class StreamingSlot(Permits module, Permits moduleStreams, Permits serverStreams) : IBodyWait
{
    private bool _isPaused;
    private PipeReader? _reader;
    private ReadResult _beginning;

    /// <summary>Keeps what of the body was read and not given back before the guest runs.</summary>
    public void Keep(PipeReader reader, in ReadResult beginning)
    {
        _reader = reader;
        _beginning = beginning;
    }

    /// <inheritdoc/>
    public bool TryTakeBeginning(out ReadResult beginning)
    {
        beginning = _beginning;
        var has = _reader is not null;
        _reader = null;
        return has;
    }

    /// <inheritdoc/>
    public void Pause()
    {
        _isPaused = true;
        module.Return();
    }

    /// <inheritdoc/>
    public void Resume()
    {
        // The guest works again, if need be as one more than the limit.
        module.TakeAnyway();
        _isPaused = false;
    }

    /// <summary>Gives the place back. The guest has ended and waits for nothing.</summary>
    public void Return()
    {
        if (_isPaused)
        {
            Resume();
        }

        _reader?.AdvanceTo(_beginning.Buffer.Start);
        moduleStreams.Return();
        serverStreams.Return();
    }
}
