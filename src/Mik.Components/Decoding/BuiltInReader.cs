using Mik.Components.Model;
using Mik.Components.Validation;
using Mik.Wasm.Decoding;
using Mik.Wasm.Model;

namespace Mik.Components.Decoding;

/// <summary>Reads the <c>canon</c> definitions of async built-ins (Binary.md, "canon").</summary>
internal static class BuiltInReader
{
    /// <summary>Reads a definition of which the first byte has been read.</summary>
    public static CanonBuiltIn Read(ref WasmReader reader, Scope scope, byte kind, int offset)
    {
        switch (kind)
        {
            case 0x05:
                return BuiltInRules.Plain(scope, BuiltIn.TaskCancel);
            case 0x06:
                return BuiltInRules.WithChoice(scope, BuiltIn.SubtaskCancel, null, ReadAsync(ref reader), offset);
            case 0x09:
                var result = ValueTypes.ReadResult(ref reader, scope, "result of task.return");
                return BuiltInRules.TaskReturn(scope, result, CanonicalSection.ReadOptions(ref reader, scope), offset);
            case 0x0A or 0x0B:
                ReadContextType(ref reader);
                return BuiltInRules.Context(scope, kind == 0x0A ? BuiltIn.ContextGet : BuiltIn.ContextSet, reader.ReadU32(), offset);
            case 0x0C:
                ReadReserved(ref reader);
                return BuiltInRules.Plain(scope, BuiltIn.ThreadYield);
            case 0x0D:
                return BuiltInRules.Plain(scope, BuiltIn.SubtaskDrop);
            case 0x0E or 0x13 or 0x14 or 0x15 or 0x1A or 0x1B:
                return BuiltInRules.Plain(scope, Named(kind), ReadEnd(ref reader, scope, kind, offset));
            case 0x0F or 0x10 or 0x16 or 0x17:
                var copied = ReadEnd(ref reader, scope, kind, offset);
                return BuiltInRules.Copy(scope, Named(kind), copied, CanonicalSection.ReadOptions(ref reader, scope), offset);
            case 0x11 or 0x12 or 0x18 or 0x19:
                var cancelled = ReadEnd(ref reader, scope, kind, offset);
                return BuiltInRules.WithChoice(scope, Named(kind), cancelled, ReadAsync(ref reader), offset);
            case 0x1F or 0x22 or 0x23 or 0x24 or 0x25:
                return BuiltInRules.Plain(scope, Named(kind));
            case 0x20 or 0x21:
                ReadReserved(ref reader);
                return BuiltInRules.WaitOrPoll(scope, Named(kind), reader.ReadU32(), offset);
            default:
                Refuse(kind, offset);
                return null!;
        }
    }

    private static BuiltIn Named(byte kind) => kind switch
    {
        0x0E => BuiltIn.StreamNew,
        0x0F => BuiltIn.StreamRead,
        0x10 => BuiltIn.StreamWrite,
        0x11 => BuiltIn.StreamCancelRead,
        0x12 => BuiltIn.StreamCancelWrite,
        0x13 => BuiltIn.StreamDropReadable,
        0x14 => BuiltIn.StreamDropWritable,
        0x15 => BuiltIn.FutureNew,
        0x16 => BuiltIn.FutureRead,
        0x17 => BuiltIn.FutureWrite,
        0x18 => BuiltIn.FutureCancelRead,
        0x19 => BuiltIn.FutureCancelWrite,
        0x1A => BuiltIn.FutureDropReadable,
        0x1B => BuiltIn.FutureDropWritable,
        0x1F => BuiltIn.WaitableSetNew,
        0x20 => BuiltIn.WaitableSetWait,
        0x21 => BuiltIn.WaitableSetPoll,
        0x22 => BuiltIn.WaitableSetDrop,
        0x23 => BuiltIn.WaitableJoin,
        0x24 => BuiltIn.BackpressureInc,
        _ => BuiltIn.BackpressureDec,
    };

    private static void Refuse(byte kind, int offset)
    {
        switch (kind)
        {
            case 0x1C or 0x1D or 0x1E:
                Reject.Unsupported($"canonical built-in 0x{kind:x2}", "component-model error-context", offset);
                break;
            case 0x40 or 0x41 or 0x42 or (>= 0x26 and <= 0x2D):
                Reject.Unsupported($"canonical built-in 0x{kind:x2}", "component-model threading", offset);
                break;
            case 0x2E or 0x2F:
                Reject.Unsupported($"canonical built-in {(kind == 0x2E ? "stream" : "future")}.forward", "component-model forward", offset);
                break;
            default:
                Reject.Malformed($"malformed canonical function 0x{kind:x2}", offset);
                break;
        }
    }

    private static AsyncValueType ReadEnd(ref WasmReader reader, Scope scope, byte kind, int offset)
    {
        var index = reader.ReadU32();
        return BuiltInRules.EndTypeAt(scope, index, isStream: kind < 0x15, offset);
    }

    private static bool ReadAsync(ref WasmReader reader)
    {
        var offset = reader.Position;
        var value = reader.ReadByte();
        if (value > 1)
        {
            Reject.Malformed("malformed canonical function: invalid async flag", offset);
        }
        return value == 1;
    }

    private static void ReadReserved(ref WasmReader reader)
    {
        var offset = reader.Position;
        if (reader.ReadByte() != 0)
        {
            Reject.Malformed("non-zero reserved byte: it was made for an older draft of the Component Model, which could cancel waits; build it again", offset);
        }
    }

    private static void ReadContextType(ref WasmReader reader)
    {
        var offset = reader.Position;
        var type = reader.ReadValueType();
        if (type == WasmValueType.I64)
        {
            Reject.Unsupported("a context slot of type i64", "component-model memory64", offset);
        }
        if (type != WasmValueType.I32)
        {
            Reject.Malformed("malformed canonical function: a context slot is i32 or i64", offset);
        }
    }
}
