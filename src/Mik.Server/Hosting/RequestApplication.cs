using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Abstractions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Mik.Server.Connections;
using Mik.Server.Pipeline;

namespace Mik.Server.Hosting;

/// <summary>
/// What Kestrel calls for each request: the pipeline, with the connection's <see cref="HttpContext"/> used again. It stands in for the web
/// host, of which nothing else is needed here.
/// </summary>
internal sealed class RequestApplication(RequestPipeline pipeline) : IHttpApplication<RequestApplication.Exchange>
{
    // Well above what browsers send.
    private const int LargeFields = 4096;

    private volatile RequestPipeline _pipeline = pipeline;

    /// <summary>From now on requests go another way; those that have begun stay on theirs.</summary>
    public void Switch(RequestPipeline pipeline) => _pipeline = pipeline;

    /// <inheritdoc/>
    public Exchange CreateContext(IFeatureCollection contextFeatures)
    {
        var container = contextFeatures as IHostContextContainer<Exchange>;
        if (container?.HostContext is { } reused)
        {
            reused.Http.Initialize(contextFeatures);
            reused.Connection?.BeginRequest(contextFeatures);
            return reused;
        }

        var made = new Exchange(new DefaultHttpContext(contextFeatures), contextFeatures.Get<ClientConnection>());
        container?.HostContext = made;
        made.Connection?.BeginRequest(contextFeatures);
        return made;
    }

    /// <inheritdoc/>
    public Task ProcessRequestAsync(Exchange context) => _pipeline.RunAsync(context.Http);

    /// <inheritdoc/>
    public void DisposeContext(Exchange context, Exception? exception)
    {
        context.Connection?.EndRequest();
        if (context.Connection is { IsHttp2: true })
        {
            ForgetLarge(context.Http.Request.Headers);
        }

        context.Http.Uninitialize();
    }

    /// <summary>
    /// Kestrel keeps a stream of HTTP/2 with its fields when its request has ended: until the client ends it too, and then for the next one. Small ones
    /// are left to it, since it uses their texts again.
    /// </summary>
    private static void ForgetLarge(IHeaderDictionary fields)
    {
        var length = 0;
        foreach (var (_, values) in fields)
        {
            foreach (var value in values)
            {
                length += value?.Length ?? 0;
            }
        }

        if (length > LargeFields)
        {
            fields.Clear();
        }
    }

    /// <summary>A request's context, and the connection that it came by. Used again for the next request of the connection, or of its stream.</summary>
    internal sealed record Exchange(DefaultHttpContext Http, ClientConnection? Connection);
}
