using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Abstractions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Mik.Server.Hosting;

/// <summary>
/// What Kestrel calls for each request: the pipeline, with the connection's <see cref="HttpContext"/> used again. It stands in for the web
/// host, of which nothing else is needed here.
/// </summary>
internal sealed class RequestApplication(RequestPipeline pipeline) : IHttpApplication<DefaultHttpContext>
{
    private volatile RequestPipeline _pipeline = pipeline;

    /// <summary>From now on requests go another way; those that have begun stay on theirs.</summary>
    public void Switch(RequestPipeline pipeline) => _pipeline = pipeline;

    /// <inheritdoc/>
    public DefaultHttpContext CreateContext(IFeatureCollection contextFeatures)
    {
        if (contextFeatures is not IHostContextContainer<DefaultHttpContext> container)
        {
            return new DefaultHttpContext(contextFeatures);
        }

        if (container.HostContext is { } reused)
        {
            reused.Initialize(contextFeatures);
            return reused;
        }

        return container.HostContext = new DefaultHttpContext(contextFeatures);
    }

    /// <inheritdoc/>
    public Task ProcessRequestAsync(DefaultHttpContext context) => _pipeline.RunAsync(context);

    /// <inheritdoc/>
    public void DisposeContext(DefaultHttpContext context, Exception? exception) => context.Uninitialize();
}
