using Mik.Components.Linking;
using Mik.Wasi.Http.Types;
using Mik.Wasm.Execution;

namespace Mik.Wasi.Http;

/// <summary><c>wasi:http/incoming-handler</c> of 0.2.</summary>
internal sealed class IncomingHandler(IncomingHandler.HandleFunction handle) : HandlerExport
{
    private Action<ComponentInstance, HttpExchange, WasiHttpContext>? _serve;

    /// <summary>The interface.</summary>
    public const string InterfaceName = "wasi:http/incoming-handler";

    /// <summary><c>handle: func(request: incoming-request, response-out: response-outparam)</c></summary>
    public delegate void HandleFunction(ComponentInstance instance, IncomingRequest request, ResponseOutparam response);

    /// <summary>The handler of a component; null when it has none of this kind.</summary>
    public static HandlerExport? Bind(CompiledComponent compiled) =>
        compiled.BindExport<HandleFunction>(InterfaceName, "handle") is { } handle ? new IncomingHandler(handle) : null;

    /// <inheritdoc/>
    public override void Handle(InstancePool pool, HttpExchange exchange, WasiHttpContext context) =>
        RentedInstance.Serve(pool, exchange, context, _serve ??= Serve);

    private void Serve(ComponentInstance instance, HttpExchange exchange, WasiHttpContext context)
    {
        var outparam = new ResponseOutparam(exchange);
        try
        {
            handle(instance, new IncomingRequest(exchange), outparam);
        }
        catch (Trap trap) when (outparam.IsFinished)
        {
            throw new TrapAfterResponseException(trap);
        }
        catch (Trap trap) when (context.LengthFault is not null && trap.Kind != TrapKind.Interrupted)
        {
            // Mostly the reason.
            exchange.Response.Warn("the handler's response has a wrong length: " + context.LengthFault);
            throw;
        }
        finally
        {
            // What is dropped with the instance was left, and not broken.
            outparam.Response?.RequestedBody?.Ended = null;
        }
        Complete(outparam, exchange.Response, context);
    }

    private static void Complete(ResponseOutparam outparam, IResponseReceiver receiver, WasiHttpContext context)
    {
        if (!outparam.IsSet)
        {
            throw new NoResponseException();
        }
        if (outparam.IsFinished || outparam.Response?.RequestedBody is not { } body)
        {
            return;
        }
        body.Stream.Drain(context);
        if (body.CheckWhole() is { } warning)
        {
            receiver.Warn(warning);
        }
    }
}
