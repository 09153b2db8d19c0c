using System.Text;
using Microsoft.Net.Http.Headers;

namespace Mik.Server.Hosting;

/// <summary>
/// How Kestrel reads the bytes of fields. Values are bytes to a guest, and Latin-1 carries every byte there and back. A <c>Content-Length</c>
/// is read by <see cref="Digits"/>: Kestrel would take signs and blanks for parts of a number.
/// </summary>
internal static class FieldEncodings
{
    private static readonly Encoding Length = new Digits();

    /// <summary>The encoding of a field of a request.</summary>
    public static Encoding OfRequest(string name) =>
        ReferenceEquals(name, HeaderNames.ContentLength) || name.Equals(HeaderNames.ContentLength, StringComparison.OrdinalIgnoreCase)
            ? Length : Encoding.Latin1;

    /// <summary>
    /// Reads digits without the zeros in front (RFC 9110, 8.6: <c>1*DIGIT</c>), and anything else as a letter, which is no number to Kestrel.
    /// </summary>
    private sealed class Digits : Encoding
    {
        // Of the largest number that Kestrel takes.
        private const int Longest = 19;

        public override int GetCharCount(byte[] bytes, int index, int count) => Math.Max(1, Significant(bytes.AsSpan(index, count)).Length);

        public override int GetChars(byte[] bytes, int byteIndex, int byteCount, char[] chars, int charIndex) =>
            Read(bytes.AsSpan(byteIndex, byteCount), chars.AsSpan(charIndex));

        public override int GetChars(ReadOnlySpan<byte> bytes, Span<char> chars) => Read(bytes, chars);

        public override int GetByteCount(char[] chars, int index, int count) => count;

        public override int GetBytes(char[] chars, int charIndex, int charCount, byte[] bytes, int byteIndex) =>
            ASCII.GetBytes(chars, charIndex, charCount, bytes, byteIndex);

        public override int GetMaxByteCount(int charCount) => charCount;

        public override int GetMaxCharCount(int byteCount) => Math.Max(1, byteCount);

        private static int Read(ReadOnlySpan<byte> bytes, Span<char> chars)
        {
            var digits = Significant(bytes);
            if (digits.Length is 0 or > Longest || digits.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
            {
                chars[0] = 'x';
                return 1;
            }

            return ASCII.GetChars(digits, chars);
        }

        private static ReadOnlySpan<byte> Significant(ReadOnlySpan<byte> bytes) => bytes.Length > 1 && bytes[..^1].TrimStart((byte)'0') is var front
            ? bytes[(bytes.Length - 1 - front.Length)..]
            : bytes;
    }
}
