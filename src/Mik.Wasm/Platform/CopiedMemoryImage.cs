using System.Runtime.InteropServices;

namespace Mik.Wasm.Platform;

/// <summary>An image that is copied whole: for systems that do not tell which pages were written.</summary>
internal sealed unsafe class CopiedMemoryImage : MemoryImage
{
    private readonly byte[] _bytes;

    private CopiedMemoryImage(nuint size, byte[] bytes)
        : base(size, bytes.Length) => _bytes = bytes;

    /// <summary>Copies a range; zeros at its end are not kept. Null when it takes more than a number of bytes.</summary>
    public static CopiedMemoryImage? Capture(nint start, nuint size, long maximumBytes)
    {
        var length = size;
        while (length >= sizeof(ulong) && *(ulong*)(start + (nint)length - sizeof(ulong)) == 0)
        {
            length -= sizeof(ulong);
        }
        if (length > (nuint)Math.Max(maximumBytes, 0))
        {
            return null;
        }
        var bytes = GC.AllocateUninitializedArray<byte>(checked((int)length));
        Marshal.Copy(start, bytes, 0, bytes.Length);
        return new CopiedMemoryImage(size, bytes);
    }

    /// <inheritdoc/>
    public override void Attach(nint start, nuint length, nuint reserved) => Reset(start, length);

    /// <inheritdoc/>
    public override bool Matches(nint start)
    {
        const int Piece = 1 << 20;
        if (!_bytes.AsSpan().SequenceEqual(new ReadOnlySpan<byte>((void*)start, _bytes.Length)))
        {
            return false;
        }
        for (var at = (nuint)_bytes.Length; at < Size; at += Piece)
        {
            if (new ReadOnlySpan<byte>((void*)(start + (nint)at), (int)Math.Min(Piece, Size - at)).ContainsAnyExcept((byte)0))
            {
                return false;
            }
        }
        return true;
    }

    /// <inheritdoc/>
    public override void Reset(nint start, nuint length)
    {
        Marshal.Copy(_bytes, 0, start, _bytes.Length);
        NativeMemory.Clear((void*)(start + _bytes.Length), length - (nuint)_bytes.Length);
    }
}
