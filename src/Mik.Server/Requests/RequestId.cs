using System.Buffers;
using System.Buffers.Binary;

namespace Mik.Server.Requests;

/// <summary>The identity of a request in <c>X-Request-ID</c>, problem documents and the log.</summary>
internal static class RequestId
{
    private const int MaxLength = 128;

    private static readonly SearchValues<char> Sane =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.:/+=@~");

    /// <summary>A new identifier: a UUID of version 7 without hyphens. It need not be hard to guess, so no random bytes are asked of the kernel.</summary>
    public static string New()
    {
        Span<byte> bytes = stackalloc byte[16];
        Random.Shared.NextBytes(bytes);
        BinaryPrimitives.WriteInt64BigEndian(
            bytes, (DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() << 16) | 0x7000 | (BinaryPrimitives.ReadUInt16BigEndian(bytes[6..]) & 0x0fffL));
        bytes[8] = (byte)(0x80 | (bytes[8] & 0x3f));
        return Convert.ToHexStringLower(bytes);
    }

    /// <summary>The caller's identifier if it is harmless in headers and logs, else a new one.</summary>
    public static string From(string? callers) =>
        callers is { Length: > 0 and <= MaxLength } && !callers.AsSpan().ContainsAnyExcept(Sane)
            ? callers
            : New();
}
