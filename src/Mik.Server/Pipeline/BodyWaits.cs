using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;
using Mik.Server.Limits;
using Mik.Server.Problems;
using Mik.Server.Requests;

namespace Mik.Server.Pipeline;

/// <summary>
/// The requests that wait for their bodies, by the memory that they hold meanwhile. They have no permit yet, and one of HTTP/2 may cost its client
/// nine bytes: fields that came once can be named again in each request of a connection (RFC 7541, 2.3.2).
/// </summary>
internal sealed class BodyWaits
{
    private const long Most = 128 << 20;

    // Of a stream of HTTP/2 without its fields, and of what is kept to answer it.
    private const int RequestBytes = 16 << 10;

    private const int FieldBytes = 64;

    // A proxy that names no clients is one client.
    private readonly ClientShares _bytes = new(Most, Most / 2);

    /// <summary>Counts a request before it waits. The wait is disposed of when it is over.</summary>
    public bool TryBegin(RequestContext request, [NotNullWhen(true)] out Wait? wait, out Problem problem)
    {
        var bytes = BytesOf(request.Http.Request);
        wait = _bytes.TryTake(request.Client, bytes) ? new Wait(this, request.Client, bytes) : null;
        problem = wait is null
            ? new Problem(ProblemKind.Overloaded, "As many requests of this client, or of all, wait for their bodies as there is memory for.")
            : default;
        return wait is not null;
    }

    private static long BytesOf(HttpRequest request)
    {
        var bytes = RequestBytes + Math.Min(request.ContentLength ?? BodyArrival.BufferBytes, BodyArrival.BufferBytes);
        foreach (var (name, values) in request.Headers)
        {
            foreach (var value in values)
            {
                bytes += FieldBytes + (sizeof(char) * ((long)name.Length + (value?.Length ?? 0)));
            }
        }

        return bytes;
    }

    /// <summary>One request that waits.</summary>
    internal sealed class Wait(BodyWaits owner, ClientAddress client, long bytes) : IDisposable
    {
        /// <inheritdoc/>
        public void Dispose() => owner._bytes.Return(client, bytes);
    }
}
