using Mik.Components.Linking;

namespace Mik.Wasi.Http;

/// <summary>A handler whose guest waits on its thread.</summary>
internal abstract class BlockingHandler : GuestHandler
{
    /// <inheritdoc/>
    public sealed override void Handle(InstancePool pool, HttpExchange exchange, WasiHttpContext context)
    {
        try
        {
            var rented = RentedInstance.Rent(pool, context);
            try
            {
                Serve(rented.Instance, exchange, context);
            }
            finally
            {
                rented.Return();
            }
        }
        finally
        {
            context.End();
        }
    }

    /// <summary>Calls the guest, and hands over what it answers.</summary>
    protected abstract void Serve(ComponentInstance instance, HttpExchange exchange, WasiHttpContext context);
}
