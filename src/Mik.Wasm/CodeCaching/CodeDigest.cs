using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace Mik.Wasm.CodeCaching;

/// <summary>
/// Identifies saved code: the SHA-256 of the SHA-256 of each of its pieces. Machine code of a large module is 50 MB, and one processor alone
/// would take a sixth of the start to verify it.
/// </summary>
internal static class CodeDigest
{
    private const int PieceBytes = 2 << 20;

    /// <summary>The digest of bytes.</summary>
    public static byte[] Of(ReadOnlySpan<byte> bytes)
    {
        var hashes = new byte[PiecesOf(bytes.Length) * SHA256.HashSizeInBytes];
        for (var piece = 0; piece * SHA256.HashSizeInBytes < hashes.Length; piece++)
        {
            var from = piece * PieceBytes;
            SHA256.HashData(bytes.Slice(from, Math.Min(PieceBytes, bytes.Length - from)), HashAt(hashes, piece));
        }
        return SHA256.HashData(hashes);
    }

    /// <summary>The digest of a file.</summary>
    public static byte[] OfFile(string path)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var length = RandomAccess.GetLength(file);
        var hashes = new byte[PiecesOf(length) * SHA256.HashSizeInBytes];
        Parallel.For(
            0,
            PiecesOf(length),
            () => new byte[PieceBytes],
            (piece, _, buffer) =>
            {
                SHA256.HashData(buffer.AsSpan(0, Read(file, buffer, (long)piece * PieceBytes)), HashAt(hashes, piece));
                return buffer;
            },
            static _ => { });
        return SHA256.HashData(hashes);
    }

    private static int PiecesOf(long length) => (int)((length + PieceBytes - 1) / PieceBytes);

    private static Span<byte> HashAt(byte[] hashes, int piece) => hashes.AsSpan(piece * SHA256.HashSizeInBytes, SHA256.HashSizeInBytes);

    private static int Read(SafeFileHandle file, byte[] buffer, long offset)
    {
        var count = 0;
        while (count < buffer.Length && RandomAccess.Read(file, buffer.AsSpan(count), offset + count) is > 0 and var read)
        {
            count += read;
        }
        return count;
    }
}
