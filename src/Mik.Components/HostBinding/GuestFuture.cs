using Mik.Components.Runtime;


namespace Mik.Components.HostBinding;

/// <summary>The readable end of a WIT <c>future</c> outside of any guest: given by one, or made by the host for one. Used in turns only.</summary>
internal sealed class GuestFuture<T> : IDisposable
{
    /// <summary>A future that a guest gave.</summary>
    public GuestFuture(Transmission transmission) => Transmission = transmission;

    /// <summary>A future that the host resolves.</summary>
    public GuestFuture()
    {
        Transmission = new Transmission(isFuture: true);
        Transmission.Host = new HostValue(Transmission, typeof(T));
    }

    /// <summary>A future that is resolved.</summary>
    public static GuestFuture<T> Of(T value)
    {
        var future = new GuestFuture<T>();
        future.Resolve(value);
        return future;
    }

    /// <summary>The future between its ends.</summary>
    public Transmission Transmission { get; }

    /// <summary>Gives the value of a future of the host; later values change nothing.</summary>
    public void Resolve(T value)
    {
        if (!Transmission.IsReadableDropped)
        {
            ((HostValue)Transmission.Host!).Resolve(value);
        }
    }

    /// <summary>Does something with the value when it is there. At most once for each future.</summary>
    public void WhenResolved(Action<T> next)
    {
        if (Transmission.Host is HostValue value)
        {
            After(value, next);
            return;
        }
        var reader = new HostFutureReader<T>(Transmission, next);
        Transmission.Host = reader;
        reader.TryCopy();
    }

    private static void After(HostValue value, Action<T> next) => value.WhenResolved(given => next((T)given!));

    /// <summary>A future as host functions take it; called by emitted adapters.</summary>
    public static GuestFuture<T> Lift(ref LiftLowerContext context, int index, int typeSlot) => new(EndTransfer.Lift(ref context, index, typeSlot));

    /// <summary>A future as host functions give it; called by emitted adapters.</summary>
    public static int Lower(ref LiftLowerContext context, GuestFuture<T> value, int typeSlot) => EndTransfer.Lower(ref context, value.Transmission, typeSlot);

    /// <summary>Nobody reads it any more.</summary>
    public void Dispose() => Transmission.DropReadable();
}
