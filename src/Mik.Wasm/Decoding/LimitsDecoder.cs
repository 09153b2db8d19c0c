using Mik.Wasm.Model;

namespace Mik.Wasm.Decoding;

/// <summary>Limits, memory types and table types (core specification 5.3.11 to 5.3.13).</summary>
internal static class LimitsDecoder
{
    private const byte HasMaximum = 1;
    private const byte IsShared = 2;
    private const byte Is64 = 4;
    private const byte HasPageSize = 8;

    public static MemoryType ReadMemoryType(ref WasmReader reader)
    {
        var offset = reader.Position;
        var flags = reader.ReadByte();
        if (flags >= 2 * HasPageSize)
        {
            Throw.Malformed("malformed limits flags", offset);
        }
        if ((flags & HasPageSize) != 0)
        {
            Throw.Unsupported("a page size", Proposals.CustomPageSizes, offset);
        }
        var isShared = (flags & IsShared) != 0;
        if (isShared)
        {
            reader.Require(WasmFeatures.Threads, "a shared memory", offset);
        }
        return new MemoryType(ReadLimits(ref reader, flags, offset), isShared);
    }

    public static TableType ReadTableType(ref WasmReader reader)
    {
        var elementType = reader.ReadReferenceType();
        var offset = reader.Position;
        var flags = reader.ReadByte();
        if (flags >= 2 * Is64 || (flags & IsShared) != 0)
        {
            Throw.Malformed("malformed limits flags", offset);
        }
        return new TableType(elementType, ReadLimits(ref reader, flags, offset));
    }

    private static Limits ReadLimits(ref WasmReader reader, byte flags, int offset)
    {
        var is64 = (flags & Is64) != 0;
        if (is64)
        {
            reader.Require(WasmFeatures.Memory64, "a 64-bit memory or table", offset);
        }
        // Numbers of 64 bits whatever the address type is; the validator looks at their range (core specification 3.0, 5.3.11).
        var minimum = reader.ReadU64();
        ulong? maximum = (flags & HasMaximum) == 0 ? null : reader.ReadU64();
        return new Limits(minimum, maximum, is64);
    }
}
