using System.Buffers;
using System.Text;
using Mik.Components.Linking;
using Mik.Wasi.Http.Types;
using Mik.Wasi.Io.Streams;
using Mik.Wasm.Execution;

namespace Mik.Wasi.Http;

/// <summary><c>mik:core/handler</c>: <c>enum method</c>.</summary>
internal enum CoreMethod
{
    /// <summary><c>get</c>.</summary>
    Get,
    /// <summary><c>post</c>.</summary>
    Post,
    /// <summary><c>put</c>.</summary>
    Put,
    /// <summary><c>patch</c>.</summary>
    Patch,
    /// <summary><c>delete</c>.</summary>
    Delete,
    /// <summary><c>head</c>.</summary>
    Head,
    /// <summary><c>options</c>.</summary>
    Options,
}

/// <summary><c>mik:core/handler</c>: <c>record request-data</c>.</summary>
internal readonly record struct CoreRequestData(CoreMethod Method, string Path, (string Name, string Value)[] Headers, byte[]? Body);

/// <summary><c>mik:core/handler</c>: <c>record response</c>.</summary>
internal readonly record struct CoreResponse(ushort Status, (string Name, string Value)[] Headers, byte[]? Body);

/// <summary>Serves components that export <c>mik:core/handler</c>, without a bridge.</summary>
internal sealed class CoreHandler(CoreHandler.HandleFunction handle) : HandlerExport
{
    private Action<ComponentInstance, HttpExchange, WasiHttpContext>? _serve;

    /// <summary>The exported interface.</summary>
    public const string InterfaceName = "mik:core/handler@0.1.0";

    /// <summary><c>handle: func(req: request-data) -> response</c></summary>
    public delegate CoreResponse HandleFunction(ComponentInstance instance, CoreRequestData request);

    /// <summary>The handler of a component; null when it has none of this kind.</summary>
    public static HandlerExport? Bind(CompiledComponent compiled) =>
        compiled.BindExport<HandleFunction>(InterfaceName, "handle") is { } handle ? new CoreHandler(handle) : null;

    /// <summary>Passes a request to the guest and its answer on.</summary>
    /// <exception cref="Trap">The guest was ended.</exception>
    /// <exception cref="InvalidResponseException">Its answer is no HTTP response.</exception>
    public override void Handle(InstancePool pool, HttpExchange exchange, WasiHttpContext context) =>
        RentedInstance.Serve(pool, exchange, context, _serve ??= Serve);

    private void Serve(ComponentInstance instance, HttpExchange exchange, WasiHttpContext context)
    {
        if (!Enum.TryParse<CoreMethod>(exchange.Method, ignoreCase: true, out var method) || char.IsAsciiDigit(exchange.Method[0]))
        {
            exchange.Response.Fail(ErrorCode.Of("HTTP-request-method-invalid"));
            return;
        }
        var body = ReadBody(exchange, context, out var failure);
        if (failure is { } error)
        {
            exchange.Response.Fail(error);
            return;
        }
        var headers = exchange.RequestHeaders.Select(header => (header.Key, Encoding.UTF8.GetString(header.Value))).ToArray();
        var response = handle(instance, new(method, exchange.PathWithQuery, headers, body.Length == 0 ? null : body));
        var fields = Fields.FromList(context, [.. response.Headers.Select(header => (header.Name, Encoding.UTF8.GetBytes(header.Value)))]);
        if (!fields.IsOk)
        {
            var wrong = response.Headers.First(header => !Fields.FromList(context, [(header.Name, Encoding.UTF8.GetBytes(header.Value))]).IsOk);
            throw new InvalidResponseException($"its field '{wrong.Name}' cannot be sent");
        }
        exchange.Response.Start(response.Status is >= 100 and <= 599 ? response.Status : 500, fields.Value.List);
        context.Budget.Charge(LimitedResource.Body, response.Body?.Length ?? 0);
        exchange.Response.Body.Write(response.Body);
    }

    private static byte[] ReadBody(HttpExchange exchange, WasiContext wasi, out ErrorCode? failure)
    {
        using var stream = new PipeInputStream(exchange.RequestBody);
        var body = new ArrayBufferWriter<byte>();
        while (true)
        {
            var read = stream.BlockingRead(wasi, WasiLimits.ReadBytes);
            if (!read.IsOk)
            {
                failure = stream.Failure is { } error ? ErrorCodes.OfBody(error) : null;
                return body.WrittenSpan.ToArray();
            }
            // Twice: the room that grows, and the array that is the guest's.
            wasi.Budget.Charge(LimitedResource.Body, 2L * read.Value.Length);
            body.Write(read.Value.Span);
        }
    }
}
