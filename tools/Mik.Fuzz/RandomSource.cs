namespace Mik.Fuzz;

/// <summary>A small generator of numbers (xorshift64*) that gives the same sequence for a seed on every machine and version.</summary>
internal sealed class RandomSource(ulong seed)
{
    // Values where instructions change their behaviour.
    private static readonly long[] Edges =
    [
        0, 1, 2, -1, -2, 7, 8, 15, 16, 31, 32, 33, 63, 64, 127, 128, -128, 255, 256, 32767, 32768, -32768, 65535, 65536,
        int.MaxValue, int.MinValue, uint.MaxValue, 1L << 32, long.MaxValue, long.MinValue, 0x5555555555555555, -0x5555555555555556,
    ];

    private static readonly double[] FloatEdges =
    [
        0.0, -0.0, 1, -1, 0.5, -0.5, 1.5, 2.5, 3.9999, 1e10, -1e10, 2147483647, 2147483648, -2147483648, -2147483649, 4294967295, 4294967296,
        9.223372036854775e18, 9.223372036854776e18, -9.223372036854776e18, 1.8446744073709552e19, 3.4028234663852886e38, 1e-45, 1.1754943508222875e-38,
        5e-324, 1.7976931348623157e308, 2.2250738585072014e-308, double.PositiveInfinity, double.NegativeInfinity,
    ];

    private ulong _state = (seed * 0x9E3779B97F4A7C15) | 1;

    /// <summary>64 random bits.</summary>
    public ulong Next()
    {
        _state ^= _state >> 12;
        _state ^= _state << 25;
        _state ^= _state >> 27;
        return _state * 0x2545F4914F6CDD1D;
    }

    /// <summary>From 0 up to, not including, <paramref name="bound"/>.</summary>
    public int Below(int bound) => (int)((Next() >> 33) % (ulong)bound);

    /// <summary>True once in <paramref name="n"/> times.</summary>
    public bool OneIn(int n) => Below(n) == 0;

    /// <summary>An element.</summary>
    public T Pick<T>(ReadOnlySpan<T> items) => items[Below(items.Length)];

    /// <summary>An integer, often an edge.</summary>
    public long Integer() => Below(3) switch
    {
        0 => Pick<long>(Edges),
        1 => Below(256) - 64,
        _ => (long)Next() >> Below(64),
    };

    /// <summary>A number that is not NaN, often an edge.</summary>
    public double Float()
    {
        if (OneIn(2))
        {
            return Pick<double>(FloatEdges);
        }
        var value = BitConverter.UInt64BitsToDouble(Next());
        return OneIn(2) || double.IsNaN(value) ? Integer() / 8.0 : value;
    }
}
