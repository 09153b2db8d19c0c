using Mik.Components.Linking;
using Mik.Components.Runtime;

namespace Mik.Wasi.Http;

/// <summary>A request through an instance of its own.</summary>
internal sealed class FreshCall(AsyncExport handle, InstancePool pool, HttpExchange exchange, WasiHttpContext context) : HttpCall(exchange, context)
{
    private RentedInstance? _rented;

    /// <inheritdoc/>
    public override bool RunTurn()
    {
        try
        {
            switch ((_rented ?? Start()).Instance.Loop.RunTurn())
            {
                case TurnEnd.Idle:
                    return false;
                case TurnEnd.More:
                    Wake!();
                    return false;
            }
            End(null);
        }
        catch (Exception exception)
        {
            End(exception);
        }
        return true;
    }

    private RentedInstance Start()
    {
        var rented = RentedInstance.Rent(pool, Context);
        _rented = rented;
        var loop = rented.Instance.Loop;
        Context.Tasks = loop;
        loop.Wake = Wake;
        loop.BeforeIdle = Context.Send;
        handle.Start(rented.Instance, this);
        return rented;
    }

    private void End(Exception? failure)
    {
        try
        {
            Failure = Judge(failure);
            _rented?.Return();
        }
        catch (Exception exception)
        {
            Failure ??= exception;
        }
        finally
        {
            Context.End();
        }
    }
}
