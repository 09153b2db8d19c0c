using System.Buffers.Binary;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Mik.Wasm.Execution;

namespace Mik.Scripting.Engine;

/// <summary>
/// The six functions of WASI preview 1 that QuickJS imports: clocks, random numbers, and output of its own. There are no files, so the
/// others refuse.
/// </summary>
internal static class WasiPreview1
{
    private const int Success = 0;
    private const int BadDescriptor = 8;
    private const int InvalidArgument = 28;
    private const int MaxOutputBytes = 8192;
    private const long NanosecondsPerTick = 100;

    /// <summary>The function with this name.</summary>
    public static HostCallback Find(string name, Func<LinearMemory> memory, Action<string> output) => name switch
    {
        "clock_time_get" => (arguments, results) => results[0] = WasmValue.I32(ReadClock(arguments, memory())),
        "random_get" => (arguments, results) =>
        {
            RandomNumberGenerator.Fill(memory().GetSpan((uint)arguments[0].AsI32, (uint)arguments[1].AsI32));
            results[0] = WasmValue.I32(Success);
        }
        ,
        "fd_write" => (arguments, results) => results[0] = WasmValue.I32(Write(arguments, memory(), output)),
        "fd_fdstat_get" or "fd_seek" or "fd_close" => (_, results) => results[0] = WasmValue.I32(BadDescriptor),
        _ => throw new InvalidOperationException($"QuickJS imports {name}, which is not known here."),
    };

    private static int ReadClock(ReadOnlySpan<WasmValue> arguments, LinearMemory memory)
    {
        long now;
        switch (arguments[0].AsI32)
        {
            case 0:
                now = (DateTime.UtcNow - DateTime.UnixEpoch).Ticks * NanosecondsPerTick;
                break;
            case 1:
                now = Stopwatch.GetElapsedTime(0).Ticks * NanosecondsPerTick;
                break;
            default:
                return InvalidArgument;
        }

        BinaryPrimitives.WriteInt64LittleEndian(memory.GetSpan((uint)arguments[2].AsI32, sizeof(long)), now);
        return Success;
    }

    private static int Write(ReadOnlySpan<WasmValue> arguments, LinearMemory memory, Action<string> output)
    {
        if (arguments[0].AsI32 is not (1 or 2))
        {
            return BadDescriptor;
        }

        var written = 0u;
        for (var i = 0u; i < (uint)arguments[2].AsI32; i++)
        {
            var vector = memory.GetSpan((uint)arguments[1].AsI32 + (i * 8), 8);
            var start = BinaryPrimitives.ReadUInt32LittleEndian(vector);
            var length = BinaryPrimitives.ReadUInt32LittleEndian(vector[4..]);
            var text = Encoding.UTF8.GetString(memory.GetSpan(start, Math.Min(length, MaxOutputBytes))).TrimEnd();
            if (text.Length > 0)
            {
                output(text);
            }

            written += length;
        }

        BinaryPrimitives.WriteUInt32LittleEndian(memory.GetSpan((uint)arguments[3].AsI32, sizeof(uint)), written);
        return Success;
    }
}
