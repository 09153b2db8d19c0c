using System.Buffers;

namespace Mik.Server.Observability;

/// <summary>The identity of a request in <c>X-Request-ID</c>, problem documents and the log.</summary>
internal static class RequestId
{
    private const int MaxLength = 128;

    private static readonly SearchValues<char> Sane =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.:/+=@~");

    /// <summary>The caller's identifier if it is harmless in headers and logs, else a new one.</summary>
    public static string From(string? callers) =>
        callers is { Length: > 0 and <= MaxLength } && !callers.AsSpan().ContainsAnyExcept(Sane)
            ? callers
            : Guid.CreateVersion7().ToString("N");
}
