using Mik.Components.Validation;
using Mik.Wasm.Decoding;
using Mik.Wasm.Model;

namespace Mik.Components.Decoding;

/// <summary>Reads and checks table, memory and global types inside core module types (core specification 5.3, 3.2).</summary>
internal static class ModuleTypes
{
    private const ulong MaximumPages32 = 1UL << 16;
    private const ulong MaximumPages64 = 1UL << 48;

    public static TableType ReadTable(ref WasmReader reader)
    {
        var element = reader.ReadReferenceType();
        var offset = reader.Position;
        var limits = ReadLimits(ref reader, out var isShared);
        if (isShared)
        {
            Reject.Unsupported("a shared table", "the shared-everything-threads proposal", offset);
        }
        CheckRange(limits, limits.Is64 ? ulong.MaxValue : uint.MaxValue, "table size", offset);
        return new(element, limits);
    }

    public static MemoryType ReadMemory(ref WasmReader reader)
    {
        var offset = reader.Position;
        var limits = ReadLimits(ref reader, out var isShared);
        if (isShared && limits.Maximum is null)
        {
            Reject.Invalid("shared memory must have maximum", offset);
        }
        CheckRange(limits, limits.Is64 ? MaximumPages64 : MaximumPages32, "memory size", offset);
        return new(limits, isShared);
    }

    public static GlobalType ReadGlobal(ref WasmReader reader)
    {
        var type = reader.ReadValueType();
        var offset = reader.Position;
        var mutability = reader.ReadByte();
        if (mutability > 1)
        {
            Reject.Malformed("malformed mutability", offset);
        }
        return new(type, mutability == 1);
    }

    private static Limits ReadLimits(ref WasmReader reader, out bool isShared)
    {
        var offset = reader.Position;
        var flags = reader.ReadByte();
        if (flags > 0x07)
        {
            Reject.Malformed($"malformed limits flags 0x{flags:x2}", offset);
        }
        isShared = (flags & 2) != 0;
        var is64 = (flags & 4) != 0;
        var minimum = reader.ReadU64();
        ulong? maximum = (flags & 1) == 0 ? null : reader.ReadU64();
        return new(minimum, maximum, is64);
    }

    private static void CheckRange(Limits limits, ulong range, string what, int offset)
    {
        if (limits.Minimum > range || limits.Maximum > range)
        {
            Reject.Invalid($"{what} must be at most {range}", offset);
        }
        if (limits.Maximum < limits.Minimum)
        {
            Reject.Invalid("size minimum must not be greater than maximum", offset);
        }
    }
}
