using Mik.Server.Modules;
using Mik.Server.Observability.Tracing;
using Mik.Server.Options;
using Mik.Server.Pipeline;
using Mik.Server.Requests;
using Mik.Server.Scripts;
using Mik.Server.StaticFiles;
using Mik.Wasi.Http.Egress;

namespace Mik.Server.Hosting;

/// <summary>
/// What one version of the options makes of the server: the pipeline and what stands behind it. When the options change, a new one takes its
/// place; requests that began in the old one end there.
/// </summary>
internal sealed class PipelineSnapshot : IDisposable
{
    private readonly OutgoingHttp _outgoingHttp;
    private readonly StaticHandler? _files;
    private readonly TenantScripts? _tenantScripts;

    /// <summary>Puts the pipeline together.</summary>
    /// <exception cref="FormatException">An entry of <see cref="MikServerOptions.HttpAllowed"/> or <see cref="MikServerOptions.TrustedProxies"/> cannot be
    /// understood.</exception>
    public PipelineSnapshot(MikServerOptions options, ServerServices services)
    {
        var (modules, admission, refusals, _, threads, scheduler, metrics, builtIns, clock, logs) = services;
        Options = options;
        _outgoingHttp = new OutgoingHttp(EgressPolicy.Parse(options.HttpAllowed));
        var requestLog = logs.CreateLogger("mik.request");
        var scriptLog = logs.CreateLogger("mik.script");
        var scope = new RequestScope(metrics, requestLog);
        var components = new ComponentHandler(options, scheduler, _outgoingHttp, clock, metrics, scope, logs.CreateLogger("mik.guest"));
        var chain = new MiddlewareChain(options, modules, admission, components, scope);
        var stage = new AdmissionStage(options, admission, components, chain, clock);
        Scripts = options.ScriptsFolder is { } folder ? new ScriptSet(folder, tenant: null, options, threads, modules.Cache, scriptLog) : null;
        _tenantScripts = options.UserModulesPath is { } tenants ? new TenantScripts(tenants, options, threads, modules.Cache, scriptLog) : null;
        _files = options.StaticFolder is { } root ? new StaticHandler(root, admission.Files, clock) : null;
        Pipeline = new RequestPipeline(
            new RouteTable(modules, Scripts, hasFiles: _files is not null, _tenantScripts, options.TellsNearestNames ? options.NearestName : null),
            stage,
            new ScriptHandler(
                options, new HostCalls(options, modules, stage, scope, scriptLog), new ScriptFetches(options, _outgoingHttp), scheduler, clock, metrics,
                scriptLog),
            chain,
            _files,
            builtIns,
            new TrustedProxies(options.TrustedProxies),
            refusals,
            scope,
            requestLog);
    }

    /// <summary>The options that it was made from.</summary>
    public MikServerOptions Options { get; }

    /// <summary>The way of every request.</summary>
    public RequestPipeline Pipeline { get; }

    /// <summary>The scripts, if there is a folder of them.</summary>
    public ScriptSet? Scripts { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Scripts?.Dispose();
        _tenantScripts?.Dispose();
        _files?.Dispose();
        _outgoingHttp.Dispose();
    }
}
