using Mik.Components.Runtime;


namespace Mik.Components.HostBinding;

/// <summary>The readable end of a WIT <c>stream</c> outside of any guest: given by one, or made by the host for one.</summary>
internal sealed class GuestStream : IDisposable
{
    /// <summary>A stream that a guest gave.</summary>
    public GuestStream(Transmission transmission) => Transmission = transmission;

    /// <summary>A stream of the host's bytes.</summary>
    public GuestStream(IStreamSource source)
    {
        Transmission = new Transmission(isFuture: false);
        Transmission.Host = new HostSource(Transmission, source);
    }

    /// <summary>A stream of whatever type through which nothing comes.</summary>
    public static GuestStream Empty() => new(new NoSource());

    /// <summary>The host's bytes, when it is a stream of the host.</summary>
    public IStreamSource? Source => (Transmission.Host as HostSource)?.Source;

    /// <summary>The stream between its ends.</summary>
    public Transmission Transmission { get; }

    /// <summary>Lets the host take what the guest writes; once, in a turn.</summary>
    public void Attach(IStreamSink sink)
    {
        var end = new HostSink(Transmission, sink);
        Transmission.Host = end;
        if (Transmission.IsWritableDropped)
        {
            sink.End();
        }
        else
        {
            end.TryCopy();
        }
    }

    /// <summary>A stream as host functions take it; called by emitted adapters.</summary>
    public static GuestStream Lift(ref LiftLowerContext context, int index, int typeSlot) => new(EndTransfer.Lift(ref context, index, typeSlot));

    /// <summary>A stream as host functions give it; called by emitted adapters.</summary>
    public static int Lower(ref LiftLowerContext context, GuestStream value, int typeSlot) => EndTransfer.Lower(ref context, value.Transmission, typeSlot);

    /// <summary>Nobody reads any more.</summary>
    public void Dispose() => Transmission.DropReadable();

    private sealed class NoSource : IStreamSource
    {
        public StreamStatus Read(Span<byte> destination, out int count)
        {
            count = 0;
            return StreamStatus.Closed;
        }

        public Task WhenReadyAsync() => Task.CompletedTask;

        public void Drop()
        {
        }
    }
}
