using Mik.Components.Decoding;
using Mik.Components.Linking;
using Mik.Components.Model;
using Mik.Wasm.CodeCaching;
using Mik.Wasm.Execution;
using Mik.Wasm.Model;

namespace Mik.Wasi.Http;

/// <summary>A component that answers HTTP: compiled and linked once, shared by requests. Each request gets a fresh instance.</summary>
public sealed class HttpComponent
{
    private readonly HandlerExport _export;
    private readonly ComponentInstances _instances;

    private HttpComponent(string name, long sizeBytes, CompiledComponent compiled, HandlerExport export)
    {
        Name = name;
        SizeBytes = sizeBytes;
        _instances = new ComponentInstances(compiled);
        _export = export;
    }

    /// <summary>The name for messages.</summary>
    public string Name { get; }

    /// <summary>Size of the binary in bytes.</summary>
    public long SizeBytes { get; }

    /// <summary>Bytes that are kept of the state in which its instances are made; known once a request has come.</summary>
    internal long ImageBytes => _instances.ImageBytes;

    /// <summary>Whether requests may share an instance of it (<see cref="InstanceReuse"/>): those of all others have one each.</summary>
    public bool MayBeShared => _export.MayBeShared;

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

    /// <summary>The same with a component of the world <c>wasi:http/middleware</c>, which is given <see cref="WasiHttpContext.Next"/>.</summary>
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
            return HttpWorlds.HandlerOf(compiled) is { } handler
                ? new HttpComponent(name, bytes.Length, compiled, handler)
                : throw HttpWorlds.NoHandler(component);
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
    public void Handle(HttpExchange exchange, WasiHttpContext context, ExecutionLimits limits)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(limits);
        Prepare(exchange, context, limits);
        _export.Handle(_instances.For(limits, context), exchange, context);
    }

    /// <summary>
    /// Begins to serve one request in turns, when the component is made for WASI 0.3: no thread is held while its guest waits. Null for all others.
    /// </summary>
    public HttpCall? Begin(HttpExchange exchange, WasiHttpContext context, ExecutionLimits limits) => Begin(exchange, context, limits, InstanceReuse.None);

    /// <summary>The same, in an instance that other requests may have been in, or are.</summary>
    /// <param name="exchange">The request and its response.</param>
    /// <param name="context">What the guest sees of the world.</param>
    /// <param name="limits">What each request may use, and each instance.</param>
    /// <param name="reuse">How many requests may share an instance.</param>
    public HttpCall? Begin(HttpExchange exchange, WasiHttpContext context, ExecutionLimits limits, InstanceReuse reuse)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(limits);
        ArgumentNullException.ThrowIfNull(reuse);
        Prepare(exchange, context, limits);
        return _export.Begin(_instances, limits, reuse, exchange, context);
    }

    /// <summary>Has an action called whenever there are more of <see cref="ImageBytes"/>, on the thread of a request.</summary>
    internal void WhenGrown(Action action) => _instances.Grown = action;

    /// <summary>Frees the instances that wait for requests; those at work are freed when they come back. A late request is still served.</summary>
    public void Release() => _instances.Release();

    private static void Prepare(HttpExchange exchange, WasiHttpContext context, ExecutionLimits limits)
    {
        context.LimitTo(limits);
        context.RequestMethod = exchange.Method;
    }
}
