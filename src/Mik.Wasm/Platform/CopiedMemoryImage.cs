using System.Runtime.InteropServices;

namespace Mik.Wasm.Platform;

/// <summary>An image that is copied whole: for systems that do not tell which pages were written.</summary>
internal sealed unsafe class CopiedMemoryImage : MemoryImage
{
    private readonly byte[] _bytes;

    /// <summary>Copies a range; zeros at its end are not kept.</summary>
    public CopiedMemoryImage(nint start, nuint size)
        : base(size)
    {
        var length = size;
        while (length >= sizeof(ulong) && *(ulong*)(start + (nint)length - sizeof(ulong)) == 0)
        {
            length -= sizeof(ulong);
        }
        _bytes = GC.AllocateUninitializedArray<byte>(checked((int)length));
        Marshal.Copy(start, _bytes, 0, _bytes.Length);
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
