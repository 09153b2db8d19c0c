using System.Diagnostics;
using Mik.Components.Decoding;
using Mik.Components.Linking;
using Mik.Components.Model;
using Mik.Wasi.Http.Types;
using Mik.Wasm.CodeCaching;
using Mik.Wasm.Execution;
using Mik.Wasm.Model;

namespace Mik.Wasi.Http;

/// <summary>A component that answers HTTP: compiled and linked once, shared by requests. Each request gets a fresh instance.</summary>
public sealed class HttpComponent
{
    /// <summary>Instances that are kept for the next requests.</summary>
    private const int MaxIdleInstances = 64;

    private readonly Lock _poolGate = new();
    private readonly CompiledComponent _compiled;
    private readonly HandleFunction? _handle;
    private readonly CoreHandler.HandleFunction? _handleCore;
    private readonly AsyncExport? _handleAsync;
    private volatile ConfiguredPool? _pool;
    private bool _isReleased;

    private HttpComponent(
        string name, long sizeBytes, CompiledComponent compiled, HandleFunction? handle, CoreHandler.HandleFunction? handleCore, AsyncExport? handleAsync)
    {
        Name = name;
        SizeBytes = sizeBytes;
        _compiled = compiled;
        _handle = handle;
        _handleCore = handleCore;
        _handleAsync = handleAsync;
    }

    private delegate void HandleFunction(ComponentInstance instance, IncomingRequest request, ResponseOutparam response);

    /// <summary>The name for messages.</summary>
    public string Name { get; }

    /// <summary>Size of the binary in bytes.</summary>
    public long SizeBytes { get; }

    /// <summary>What a component imports and no guest here is given.</summary>
    public static IReadOnlyList<LinkProblem> FindOpenImports(Component component) => HttpWorlds.Handlers.FindProblems(component);

    /// <summary>What handlers are given, for whoever wants to give them more and load them with that.</summary>
    public static Linker CreateLinker() => HttpWorlds.CreateLinker();

    /// <summary>What middlewares are given, for the same.</summary>
    public static Linker CreateMiddlewareLinker() => HttpWorlds.CreateMiddlewareLinker();

    /// <summary>Decodes, validates, links and compiles a component.</summary>
    /// <param name="bytes">The binary; kept.</param>
    /// <param name="name">A name for messages.</param>
    /// <param name="maximumFunctions">The most functions that all of its core modules may define together.</param>
    /// <param name="cache">Where the code of its modules may be already, and is kept; may be left out.</param>
    /// <param name="timesHostCalls">Whether <see cref="IGuestObserver.CalledHost"/> is told of host functions, which makes each call a little slower.</param>
    /// <param name="linker">What it is given, made by <see cref="CreateLinker"/>; left out, what that gives.</param>
    /// <param name="cancellationToken">Ends the load.</param>
    /// <exception cref="HttpComponentException">It cannot be served; the message says why and what to do.</exception>
    /// <exception cref="OperationCanceledException">The load was cancelled.</exception>
    public static HttpComponent Load(
        ReadOnlyMemory<byte> bytes, string name, int maximumFunctions = LoadBudget.DefaultMaximumFunctions, CodeCache? cache = null,
        bool timesHostCalls = false,
        Linker? linker = null, CancellationToken cancellationToken = default) =>
        LoadAs(bytes, name, linker ?? HttpWorlds.Handlers, isMiddleware: false, maximumFunctions, cache, timesHostCalls, cancellationToken);

    /// <summary>The same with a component of the world <c>wasi:http/middleware</c>, which is given <see cref="WasiContext.Next"/>.</summary>
    /// <inheritdoc cref="Load"/>
    public static HttpComponent LoadMiddleware(
        ReadOnlyMemory<byte> bytes, string name, int maximumFunctions = LoadBudget.DefaultMaximumFunctions, CodeCache? cache = null,
        bool timesHostCalls = false, Linker? linker = null, CancellationToken cancellationToken = default) =>
        LoadAs(bytes, name, linker ?? HttpWorlds.Middleware, isMiddleware: true, maximumFunctions, cache, timesHostCalls, cancellationToken);

    private static HttpComponent LoadAs(
        ReadOnlyMemory<byte> bytes, string name, Linker linker, bool isMiddleware, int maximumFunctions, CodeCache? cache, bool timesHostCalls,
        CancellationToken cancellationToken)
    {
        try
        {
            var budget = new LoadBudget(bytes.Length, cancellationToken) { MaximumFunctions = maximumFunctions };
            var component = Component.Load(bytes, isKnownModule: cache is null ? null : cache.Knows, budget: budget);
            HttpWorlds.Check(component, isMiddleware);
            var compiled = CompiledComponent.Compile(component, linker, cache, timesHostCalls);
            var handleAsync = compiled.BindAsyncExport(HttpWorlds.Handler, "handle", HttpCall.Shapes);
            var handle = handleAsync is null ? compiled.BindExport<HandleFunction>(HttpWorlds.IncomingHandler, "handle") : null;
            var handleCore = handle is null && handleAsync is null
                ? compiled.BindExport<CoreHandler.HandleFunction>(CoreHandler.InterfaceName, "handle") : null;
            return handle is null && handleCore is null && handleAsync is null
                ? throw HttpWorlds.NoHandler(component)
                : new HttpComponent(name, bytes.Length, compiled, handle, handleCore, handleAsync);
        }
        catch (Exception exception) when (HttpComponentFaults.Of(exception) is not null)
        {
            throw HttpComponentFaults.Of(exception)!;
        }
    }

    /// <summary>
    /// Serves one request on the calling thread and returns when the guest has returned and its body has been handed over.
    /// The thread needs 2 MiB of stack more than <see cref="ExecutionLimits.StackBytes"/>.
    /// </summary>
    /// <exception cref="Trap">The guest was ended.</exception>
    /// <exception cref="TrapAfterResponseException">It was ended after its response, which stands.</exception>
    /// <exception cref="NoResponseException">The guest returned without a response.</exception>
    /// <exception cref="IncompleteBodyException">The response began, and its body was left unfinished.</exception>
    /// <exception cref="InvalidResponseException">The response is none that HTTP allows.</exception>
    /// <exception cref="EndlessWaitException">The guest waited for what nobody else can bring about.</exception>
    public void Handle(HttpExchange exchange, WasiContext context, ExecutionLimits limits)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(limits);
        context.LimitTo(limits);
        if (Begin(exchange, context, limits) is { } call)
        {
            call.RunToEnd();
            return;
        }
        try
        {
            Observed(exchange, context, limits);
        }
        finally
        {
            context.Budget.End();
            context.StandardOutputStream?.End();
            context.StandardErrorStream?.End();
        }
    }

    /// <summary>
    /// Begins to serve one request in turns, when the component is made for WASI 0.3: no thread is held while its guest waits. Null for all others.
    /// </summary>
    public HttpCall? Begin(HttpExchange exchange, WasiContext context, ExecutionLimits limits)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(limits);
        return _handleAsync is null ? null : Begin(_handleAsync, exchange, context, limits, InstanceReuse.None);
    }

    /// <summary>The same, in an instance that other requests may have been in, or are.</summary>
    /// <param name="exchange">The request and its response.</param>
    /// <param name="context">What the guest sees of the world.</param>
    /// <param name="limits">What each request may use, and each instance.</param>
    /// <param name="reuse">How many requests may share an instance.</param>
    public HttpCall? Begin(HttpExchange exchange, WasiContext context, ExecutionLimits limits, InstanceReuse reuse)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(limits);
        ArgumentNullException.ThrowIfNull(reuse);
        return _handleAsync is null ? null : Begin(_handleAsync, exchange, context, limits, reuse);
    }

    private HttpCall Begin(AsyncExport handle, HttpExchange exchange, WasiContext context, ExecutionLimits limits, InstanceReuse reuse)
    {
        context.LimitTo(limits);
        context.RequestMethod = exchange.Method;
        return reuse.IsOn
            ? new SharedCall(() => PoolFor(limits, context).SharedFor(handle, reuse), exchange, context)
            : new FreshCall(this, handle, limits, exchange, context);
    }

    /// <summary>Frees the instances that wait for requests; those at work are freed when they come back. A late request is still served.</summary>
    public void Release()
    {
        ConfiguredPool? pool;
        lock (_poolGate)
        {
            _isReleased = true;
            pool = _pool;
            _pool = null;
        }
        pool?.Close();
    }

    private void Observed(HttpExchange exchange, WasiContext context, ExecutionLimits limits)
    {
        var startedAt = Stopwatch.GetTimestamp();
        var pool = PoolFor(limits, context).Instances;
        var instance = pool.Rent(context, context.Budget, context.CancellationToken);
        var readyAt = Stopwatch.GetTimestamp();
        context.Observer?.Instantiated(Stopwatch.GetElapsedTime(startedAt, readyAt));
        try
        {
            Serve(instance, exchange, context);
        }
        finally
        {
            var endedAt = Stopwatch.GetTimestamp();
            var memoryBytes = instance.MemoryBytes;
            var hostTime = instance.HostTime;
            try
            {
                pool.Return(instance);
            }
            finally
            {
                if (hostTime > TimeSpan.Zero)
                {
                    context.Observer?.CalledHost(hostTime);
                }
                context.Observer?.Released(Stopwatch.GetElapsedTime(readyAt, endedAt), Stopwatch.GetElapsedTime(endedAt), memoryBytes);
            }
        }
    }

    /// <summary>The pool of instances that were made for the same configuration; it changes when the server's does.</summary>
    internal InstancePool InstancesFor(ExecutionLimits limits, WasiContext context) => PoolFor(limits, context).Instances;

    private ConfiguredPool PoolFor(ExecutionLimits limits, WasiContext context)
    {
        var pool = _pool;
        if (pool is not null && pool.Fits(limits, context))
        {
            return pool;
        }
        lock (_poolGate)
        {
            pool = _pool;
            if (pool is null || !pool.Fits(limits, context))
            {
                pool?.Close();
                _pool = pool = new ConfiguredPool(
                    new InstancePool(_compiled, limits, _isReleased ? 0 : MaxIdleInstances), context.Environment, context.Arguments);
            }
            return pool;
        }
    }

    private void Serve(ComponentInstance instance, HttpExchange exchange, WasiContext context)
    {
        if (_handle is null)
        {
            CoreHandler.Serve(_handleCore!, instance, exchange, context);
            return;
        }
        var outparam = new ResponseOutparam(exchange);
        context.RequestMethod = exchange.Method;
        try
        {
            _handle(instance, new IncomingRequest(exchange), outparam);
        }
        catch (Trap trap) when (outparam.IsFinished)
        {
            throw new TrapAfterResponseException(trap);
        }
        catch (Trap) when (context.LengthFault is not null)
        {
            // Mostly the reason.
            exchange.Response.Warn("the handler's response has a wrong length: " + context.LengthFault);
            throw;
        }
        Complete(outparam, exchange.Response, context);
    }

    private static void Complete(ResponseOutparam outparam, IResponseReceiver receiver, WasiContext context)
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

    /// <summary>A pool and what its instances may have seen of the configuration.</summary>
    private sealed record ConfiguredPool(InstancePool Instances, IReadOnlyList<KeyValuePair<string, string>> Environment, IReadOnlyList<string> Arguments)
    {
        private readonly Lock _gate = new();
        private SharedInstances? _shared;

        public SharedInstances SharedFor(AsyncExport handle, InstanceReuse reuse)
        {
            var shared = Volatile.Read(ref _shared);
            if (shared?.Reuse == reuse)
            {
                return shared;
            }
            lock (_gate)
            {
                if (_shared?.Reuse != reuse)
                {
                    _shared?.Close();
                    Volatile.Write(ref _shared, new SharedInstances(handle, Instances, reuse));
                }
                return _shared!;
            }
        }

        public void Close()
        {
            Instances.Dispose();
            lock (_gate)
            {
                _shared?.Close();
            }
        }

        public bool Fits(ExecutionLimits limits, WasiContext context) =>
            Instances.Limits == limits && ReferenceEquals(Environment, context.Environment) && Arguments.SequenceEqual(context.Arguments);
    }
}
