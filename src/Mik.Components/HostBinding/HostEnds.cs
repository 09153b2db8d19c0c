using Mik.Components.Runtime;

namespace Mik.Components.HostBinding;

/// <summary>The host's end of a stream, where it waits for what is outside.</summary>
/// <param name="transmission">The stream.</param>
internal abstract class HostStreamEnd(Transmission transmission) : IHostEnd
{
    /// <summary>The stream.</summary>
    protected Transmission Transmission => transmission;

    /// <summary>Bytes of one copy.</summary>
    protected const int BytesAtOnce = 64 * 1024;

    // It outlives the copies that are cancelled: whoever begins and cancels without end waits for the same task each time.
    private HostOperation? _operation;

    /// <inheritdoc/>
    public void TryCopy()
    {
        if (transmission.Pending is not { Buffer: { } buffer } end)
        {
            return;
        }
        switch (Copy(buffer, out var count))
        {
            case StreamStatus.Ready:
                buffer.Advance(count);
                transmission.FinishPending();
                break;
            case StreamStatus.Pending:
                Wait(end.Owner.Root);
                break;
            default:
                Close();
                break;
        }
    }

    /// <inheritdoc/>
    public void Cancelled() => _operation?.Abandon();

    /// <inheritdoc/>
    public void OtherDropped()
    {
        Cancelled();
        LetGo();
    }

    /// <summary>Copies what can be copied now.</summary>
    protected abstract StreamStatus Copy(GuestBuffer buffer, out int count);

    /// <summary>Ends when copying may go better.</summary>
    protected abstract Task WhenReadyAsync();

    /// <summary>The host's end is over.</summary>
    protected abstract void Close();

    /// <summary>The guest's end is over.</summary>
    protected abstract void LetGo();

    private void Wait(RootInstance root)
    {
        if (_operation?.Loop != root.Loop)
        {
            _operation = new HostOperation(root.Loop, TryCopy);
        }
        if (!_operation.IsWaitedFor)
        {
            _operation.Wait(WhenReadyAsync(), root.Group);
        }
    }
}

/// <summary>The host writes.</summary>
internal sealed class HostSource(Transmission transmission, IStreamSource source) : HostStreamEnd(transmission)
{
    private bool _isClosed;

    /// <summary>The bytes.</summary>
    public IStreamSource Source => source;

    /// <inheritdoc/>
    protected override StreamStatus Copy(GuestBuffer buffer, out int count) =>
        source.Read(buffer.Element.IsByte ? buffer.RestBytes(BytesAtOnce) : [], out count);

    /// <inheritdoc/>
    protected override Task WhenReadyAsync() => source.WhenReadyAsync();

    /// <inheritdoc/>
    protected override void Close()
    {
        _isClosed = true;
        Transmission.DropWritable();
    }

    /// <inheritdoc/>
    protected override void LetGo()
    {
        if (!_isClosed)
        {
            source.Drop();
        }
    }
}

/// <summary>The host reads.</summary>
internal sealed class HostSink(Transmission transmission, IStreamSink sink) : HostStreamEnd(transmission)
{
    private bool _isClosed;

    /// <inheritdoc/>
    protected override StreamStatus Copy(GuestBuffer buffer, out int count) =>
        sink.Write(buffer.Element.IsByte ? buffer.RestBytes(BytesAtOnce) : [], out count);

    /// <inheritdoc/>
    protected override Task WhenReadyAsync() => sink.WhenReadyAsync();

    /// <inheritdoc/>
    protected override void Close()
    {
        _isClosed = true;
        Transmission.DropReadable();
    }

    /// <inheritdoc/>
    protected override void LetGo()
    {
        if (!_isClosed)
        {
            sink.End();
        }
    }
}

/// <summary>The host gives the value of a future.</summary>
internal sealed class HostValue(Transmission transmission, Type clr) : IHostEnd
{
    private Action<object?>? _next;
    private object? _value;
    private bool _isResolved;

    /// <summary>The value is there.</summary>
    public void Resolve(object? value)
    {
        if (!_isResolved)
        {
            (_isResolved, _value) = (true, value);
            TryCopy();
            _next?.Invoke(value);
        }
    }

    /// <summary>Does something when the value is there.</summary>
    public void WhenResolved(Action<object?> next)
    {
        if (_isResolved)
        {
            next(_value);
        }
        else
        {
            _next = next;
        }
    }

    /// <inheritdoc/>
    public void TryCopy()
    {
        if (_isResolved && transmission.Pending is { Buffer: { } buffer })
        {
            buffer.Put(_value, clr);
            transmission.FinishPending();
        }
    }

    /// <inheritdoc/>
    public void Cancelled()
    {
    }

    /// <inheritdoc/>
    public void OtherDropped()
    {
    }
}

/// <summary>The host takes the value of a future.</summary>
internal sealed class HostFutureReader<T>(Transmission transmission, Action<T> next) : IHostEnd
{
    /// <inheritdoc/>
    public void TryCopy()
    {
        if (transmission.Pending is { Buffer: { } buffer })
        {
            var value = buffer.Take(typeof(T));
            transmission.FinishPending();
            next((T)value!);
        }
    }

    /// <inheritdoc/>
    public void Cancelled()
    {
    }

    /// <inheritdoc/>
    public void OtherDropped()
    {
    }
}
