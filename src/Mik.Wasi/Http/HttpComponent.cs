using Mik.Wasm.Execution;

namespace Mik.Wasi.Http;

/// <summary>A component that answers HTTP: compiled and linked once, shared by requests. Each request gets a fresh instance.</summary>
public sealed class HttpComponent : IDisposable
{
    private HttpComponent(string name, long sizeBytes)
    {
        Name = name;
        SizeBytes = sizeBytes;
    }

    /// <summary>The name for messages.</summary>
    public string Name { get; }

    /// <summary>Size of the binary in bytes.</summary>
    public long SizeBytes { get; }

    /// <summary>Decodes, validates, links and compiles a component.</summary>
    /// <param name="bytes">The binary; kept.</param>
    /// <param name="name">A name for messages.</param>
    /// <exception cref="HttpComponentException">It cannot be served; the message says why and what to do.</exception>
    public static HttpComponent Load(ReadOnlyMemory<byte> bytes, string name) =>
        throw new HttpComponentException(HttpComponentErrorKind.Invalid, $"{name}: components cannot be linked yet");

    /// <summary>
    /// Serves one request on the calling thread and returns when the guest has returned and its body has been handed over.
    /// The thread needs 2 MiB of stack more than <see cref="ExecutionLimits.StackBytes"/>.
    /// </summary>
    /// <exception cref="Trap">The guest was ended.</exception>
    /// <exception cref="NoResponseException">The guest returned without a response.</exception>
    /// <exception cref="IncompleteBodyException">The response began, and its body was left unfinished.</exception>
    public void Handle(HttpExchange exchange, WasiContext context, ExecutionLimits limits) => throw new NotSupportedException();

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
