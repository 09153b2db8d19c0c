using System.Globalization;
using System.Runtime.Intrinsics;
using Mik.Conformance.Tests.Suites;
using Mik.Wasm.Execution;

namespace Mik.Conformance.Tests.Core;

/// <summary>The suite's values as the engine's: bits as unsigned decimals, NaN classes, references and alternatives.</summary>
internal static class SuiteValues
{
    /// <summary>Makes an argument.</summary>
    public static WasmValue Parse(SuiteValue value, Store store) => value.Type switch
    {
        "i32" or "f32" => WasmValue.I32((int)(uint)Bits(value.Text!, value.Type)),
        "i64" or "f64" => WasmValue.I64((long)Bits(value.Text!, value.Type)),
        "v128" => WasmValue.V128(Vector(value)),
        "externref" => WasmValue.External(store, value.Text == "null" ? null : value.Text),
        "funcref" or "anyref" or "nullref" or "exnref" or "eqref" when value.Text is null or "null" => default,
        "anyref" => WasmValue.ExternalAsAny(store, value.Text),
        _ => throw new NotSupportedException($"argument of type {value.Type}"),
    };

    /// <summary>Whether a result is what is expected, bit for bit.</summary>
    public static bool Matches(SuiteValue expected, WasmValue actual, Store store) => expected.Type switch
    {
        "i32" or "f32" => LaneMatches(expected.Type, expected.Text!, (uint)actual.AsI32),
        "i64" or "f64" => LaneMatches(expected.Type, expected.Text!, (ulong)actual.AsI64),
        "v128" => VectorMatches(expected, actual.AsV128),
        "either" => expected.Alternatives.Any(one => Matches(one, actual, store)),
        "refnull" => actual.IsNull,
        "externref" or "anyref" when expected.Text is not (null or "null") => Equals(expected.Text, actual.AsExternal(store)),
        "externref" or "funcref" or "anyref" or "eqref" or "i31ref" or "structref" or "arrayref" or "exnref" =>
            actual.IsNull == (expected.Text == "null"),
        "nullref" or "nullfuncref" or "nullexternref" or "nullexnref" => actual.IsNull,
        _ => throw new NotSupportedException($"result of type {expected.Type}"),
    };

    private static bool LaneMatches(string type, string expected, ulong bits) => expected switch
    {
        "nan:canonical" => type == "f32"
            ? (bits & 0x7FFF_FFFF) == 0x7FC0_0000
            : (bits & 0x7FFF_FFFF_FFFF_FFFF) == 0x7FF8_0000_0000_0000,
        "nan:arithmetic" => type == "f32"
            ? (bits & 0x7FC0_0000) == 0x7FC0_0000
            : (bits & 0x7FF8_0000_0000_0000) == 0x7FF8_0000_0000_0000,
        _ => Bits(expected, type) == bits,
    };

    private static bool VectorMatches(SuiteValue expected, Vector128<byte> actual)
    {
        var laneSize = 16 / expected.Lanes.Count;
        for (var i = 0; i < expected.Lanes.Count; i++)
        {
            ulong bits = 0;
            for (var j = laneSize - 1; j >= 0; j--)
            {
                bits = (bits << 8) | actual[(i * laneSize) + j];
            }
            if (!LaneMatches(expected.LaneType!, expected.Lanes[i], bits))
            {
                return false;
            }
        }
        return true;
    }

    private static Vector128<byte> Vector(SuiteValue value)
    {
        var laneSize = 16 / value.Lanes.Count;
        Span<byte> bytes = stackalloc byte[16];
        for (var i = 0; i < 16; i++)
        {
            bytes[i] = (byte)(Bits(value.Lanes[i / laneSize], value.LaneType!) >> (i % laneSize * 8));
        }
        return Vector128.Create<byte>(bytes);
    }

    // Integers may be written with a sign.
    private static ulong Bits(string text, string type)
    {
        if (!text.StartsWith('-'))
        {
            return ulong.Parse(text, CultureInfo.InvariantCulture);
        }
        var bits = (ulong)long.Parse(text, CultureInfo.InvariantCulture);
        return type switch
        {
            "i8" => (byte)bits,
            "i16" => (ushort)bits,
            "i32" => (uint)bits,
            _ => bits,
        };
    }
}
