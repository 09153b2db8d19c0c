namespace Mik.Scripting.Execution;

/// <summary>Bytes of bodies on their way to being text (Encoding Standard, "UTF-8 decode": one byte order mark in front is no part of it).</summary>
internal static class Utf8Text
{
    private static ReadOnlySpan<byte> Mark => [0xEF, 0xBB, 0xBF];

    /// <summary>Whether a mark is in front.</summary>
    public static bool HasMark(ReadOnlySpan<byte> bytes) => bytes.StartsWith(Mark);

    /// <summary>The bytes behind the mark, if there is one.</summary>
    public static ReadOnlyMemory<byte> WithoutMark(ReadOnlyMemory<byte> bytes) => HasMark(bytes.Span) ? bytes[Mark.Length..] : bytes;
}
