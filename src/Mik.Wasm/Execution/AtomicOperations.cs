namespace Mik.Wasm.Execution;

/// <summary>
/// Atomic accesses of checked, aligned native addresses (threads proposal), sequentially consistent; named by operation and width in bits.
/// Narrow values are extended with zeros.
/// </summary>
internal static unsafe class AtomicOperations
{
    public static uint Load8(nint address) => Volatile.Read(ref *(byte*)address);

    public static uint Load16(nint address) => Volatile.Read(ref *(ushort*)address);

    public static uint Load32(nint address) => Volatile.Read(ref *(uint*)address);

    public static ulong Load64(nint address) => Volatile.Read(ref *(ulong*)address);

    // An exchange is a store that later loads cannot pass.
    public static void Store8(nint address, uint value) => Interlocked.Exchange(ref *(byte*)address, (byte)value);

    public static void Store16(nint address, uint value) => Interlocked.Exchange(ref *(ushort*)address, (ushort)value);

    public static void Store32(nint address, uint value) => Interlocked.Exchange(ref *(uint*)address, value);

    public static void Store64(nint address, ulong value) => Interlocked.Exchange(ref *(ulong*)address, value);

    public static uint Exchange8(nint address, uint value) => Interlocked.Exchange(ref *(byte*)address, (byte)value);

    public static uint Exchange16(nint address, uint value) => Interlocked.Exchange(ref *(ushort*)address, (ushort)value);

    public static uint Exchange32(nint address, uint value) => Interlocked.Exchange(ref *(uint*)address, value);

    public static ulong Exchange64(nint address, ulong value) => Interlocked.Exchange(ref *(ulong*)address, value);

    // What is expected has the width of the instruction's type: a value that does not fit equals nothing.
    public static uint CompareExchange8(nint address, ulong expected, uint replacement) => expected > byte.MaxValue
        ? Load8(address)
        : Interlocked.CompareExchange(ref *(byte*)address, (byte)replacement, (byte)expected);

    public static uint CompareExchange16(nint address, ulong expected, uint replacement) => expected > ushort.MaxValue
        ? Load16(address)
        : Interlocked.CompareExchange(ref *(ushort*)address, (ushort)replacement, (ushort)expected);

    public static uint CompareExchange32(nint address, ulong expected, uint replacement) => expected > uint.MaxValue
        ? Load32(address)
        : Interlocked.CompareExchange(ref *(uint*)address, replacement, (uint)expected);

    public static ulong CompareExchange64(nint address, ulong expected, ulong replacement) =>
        Interlocked.CompareExchange(ref *(ulong*)address, replacement, expected);

    public static uint Add8(nint address, uint value)
    {
        byte old;
        do
        {
            old = Volatile.Read(ref *(byte*)address);
        }
        while (Interlocked.CompareExchange(ref *(byte*)address, (byte)(old + value), old) != old);
        return old;
    }

    public static uint Add16(nint address, uint value)
    {
        ushort old;
        do
        {
            old = Volatile.Read(ref *(ushort*)address);
        }
        while (Interlocked.CompareExchange(ref *(ushort*)address, (ushort)(old + value), old) != old);
        return old;
    }

    public static uint Add32(nint address, uint value) => Interlocked.Add(ref *(uint*)address, value) - value;

    public static ulong Add64(nint address, ulong value) => Interlocked.Add(ref *(ulong*)address, value) - value;

    public static uint Sub8(nint address, uint value) => Add8(address, 0 - value);

    public static uint Sub16(nint address, uint value) => Add16(address, 0 - value);

    public static uint Sub32(nint address, uint value) => Add32(address, 0 - value);

    public static ulong Sub64(nint address, ulong value) => Add64(address, 0 - value);

    public static uint And8(nint address, uint value)
    {
        byte old;
        do
        {
            old = Volatile.Read(ref *(byte*)address);
        }
        while (Interlocked.CompareExchange(ref *(byte*)address, (byte)(old & value), old) != old);
        return old;
    }

    public static uint And16(nint address, uint value)
    {
        ushort old;
        do
        {
            old = Volatile.Read(ref *(ushort*)address);
        }
        while (Interlocked.CompareExchange(ref *(ushort*)address, (ushort)(old & value), old) != old);
        return old;
    }

    public static uint And32(nint address, uint value) => Interlocked.And(ref *(uint*)address, value);

    public static ulong And64(nint address, ulong value) => Interlocked.And(ref *(ulong*)address, value);

    // Or and exclusive or of a part leave the bits around it as they are, so that they can work on the whole word it is in.
    public static uint Or8(nint address, uint value) => (byte)(Or32(address & ~3, (value & 0xFF) << Shift(address)) >> Shift(address));

    public static uint Or16(nint address, uint value) => (ushort)(Or32(address & ~3, (value & 0xFFFF) << Shift(address)) >> Shift(address));

    public static uint Or32(nint address, uint value) => Interlocked.Or(ref *(uint*)address, value);

    public static ulong Or64(nint address, ulong value) => Interlocked.Or(ref *(ulong*)address, value);

    public static uint Xor8(nint address, uint value) => (byte)(Xor32(address & ~3, (value & 0xFF) << Shift(address)) >> Shift(address));

    public static uint Xor16(nint address, uint value) => (ushort)(Xor32(address & ~3, (value & 0xFFFF) << Shift(address)) >> Shift(address));

    public static uint Xor32(nint address, uint value)
    {
        uint old;
        do
        {
            old = Volatile.Read(ref *(uint*)address);
        }
        while (Interlocked.CompareExchange(ref *(uint*)address, old ^ value, old) != old);
        return old;
    }

    public static ulong Xor64(nint address, ulong value)
    {
        ulong old;
        do
        {
            old = Volatile.Read(ref *(ulong*)address);
        }
        while (Interlocked.CompareExchange(ref *(ulong*)address, old ^ value, old) != old);
        return old;
    }

    // Memories begin at a page and end at one (or, with small pages, before one that is theirs), so the whole word is inside.
    private static int Shift(nint address) => ((int)address & 3) * 8;
}
