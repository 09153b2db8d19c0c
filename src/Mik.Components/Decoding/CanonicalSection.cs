using Mik.Components.Model;
using Mik.Components.Validation;
using Mik.Wasm.Decoding;
using Mik.Wasm.Model;

namespace Mik.Components.Decoding;

/// <summary>Reads section 8: <c>canon</c> definitions.</summary>
internal static class CanonicalSection
{
    public static void Read(ref WasmReader reader, Scope scope)
    {
        var count = reader.ReadCount("canonical definitions", ComponentLimits.Items, memoryBytes: 300);
        for (var i = 0; i < count; i++)
        {
            scope.Budget.Offset = reader.Position;
            ReadDefinition(ref reader, scope);
        }
    }

    private static void ReadDefinition(ref WasmReader reader, Scope scope)
    {
        var offset = reader.Position;
        var kind = reader.ReadByte();
        switch (kind)
        {
            case 0x00:
                ReadFunctionSort(ref reader);
                var coreFunction = reader.ReadU32();
                var liftOptions = ReadOptions(ref reader, scope);
                var lift = CanonicalRules.Lift(scope, coreFunction, liftOptions, reader.ReadU32(), offset);
                scope.Functions.Add(lift.Type, offset);
                scope.Definitions.Add(lift);
                break;
            case 0x01:
                ReadFunctionSort(ref reader);
                var function = reader.ReadU32();
                var lower = CanonicalRules.Lower(scope, function, ReadOptions(ref reader, scope), offset);
                AddCoreFunction(scope, lower, lower.CoreType, offset);
                break;
            case 0x02:
                var make = CanonicalRules.ResourceNew(scope, reader.ReadU32(), offset);
                AddCoreFunction(scope, make, make.CoreType, offset);
                break;
            case 0x03:
                var drop = CanonicalRules.ResourceDrop(scope, reader.ReadU32(), offset);
                AddCoreFunction(scope, drop, drop.CoreType, offset);
                break;
            case 0x04:
                var representation = CanonicalRules.ResourceRep(scope, reader.ReadU32(), offset);
                AddCoreFunction(scope, representation, representation.CoreType, offset);
                break;
            default:
                var builtIn = BuiltInReader.Read(ref reader, scope, kind, offset);
                AddCoreFunction(scope, builtIn, builtIn.CoreType, offset);
                break;
        }
    }

    private static void AddCoreFunction(Scope scope, Definition definition, FunctionType type, int offset)
    {
        scope.CoreFunctions.Add(TypeRegistry.Of(type), offset);
        scope.Definitions.Add(definition);
    }

    private static void ReadFunctionSort(ref WasmReader reader)
    {
        var offset = reader.Position;
        if (reader.ReadByte() != 0x00)
        {
            Reject.Malformed("malformed canonical function: the sort must be func", offset);
        }
    }

    /// <summary>Reads the options of a definition.</summary>
    public static CanonicalOptions ReadOptions(ref WasmReader reader, Scope scope)
    {
        StringEncoding? encoding = null;
        var options = new CanonicalOptions(StringEncoding.Utf8, null, null, null);
        var count = reader.ReadCount("canonical options", ComponentLimits.CanonicalOptions);
        for (var i = 0; i < count; i++)
        {
            var offset = reader.Position;
            var kind = reader.ReadByte();
            switch (kind)
            {
                case <= 0x02:
                    Once("string-encoding", encoding is not null, offset);
                    encoding = (StringEncoding)kind;
                    options = options with { StringEncoding = encoding.Value };
                    break;
                case 0x03:
                    Once("memory", options.Memory is not null, offset);
                    options = ReadMemory(ref reader, scope, options, offset);
                    break;
                case 0x04:
                    Once("realloc", options.Realloc is not null, offset);
                    options = options with { Realloc = (int)reader.ReadU32() };
                    break;
                case 0x05:
                    Once("post-return", options.PostReturn is not null, offset);
                    options = options with { PostReturn = (int)reader.ReadU32() };
                    break;
                case 0x06:
                    Once("async", options.IsAsync, offset);
                    options = options with { IsAsync = true };
                    break;
                case 0x07:
                    Once("callback", options.Callback is not null, offset);
                    options = options with { Callback = (int)reader.ReadU32() };
                    break;
                case 0x08 or 0x09:
                    Reject.Unsupported($"canonical option 0x{kind:x2}", "component-model gc", offset);
                    break;
                default:
                    Reject.Malformed($"malformed canonical option 0x{kind:x2}", offset);
                    break;
            }
        }
        return options;
    }

    private static CanonicalOptions ReadMemory(ref WasmReader reader, Scope scope, CanonicalOptions options, int offset)
    {
        var index = reader.ReadU32();
        var memory = scope.CoreMemories.At(index, offset);
        if (memory.Limits.Is64)
        {
            Reject.Unsupported("a 64-bit memory as canonical option", "component-model memory64", offset);
        }
        var anyMemory = new MemoryType(new Limits(0, null), PageSizeLog2: memory.PageSizeLog2);
        if (CoreMatching.Mismatch(memory, anyMemory) is { } reason)
        {
            Reject.Invalid($"canonical option `memory`: {reason}", offset);
        }
        return options with { Memory = (int)index };
    }

    private static void Once(string option, bool isRepeated, int offset)
    {
        if (isRepeated)
        {
            Reject.Invalid($"canonical option `{option}` is specified more than once", offset);
        }
    }
}
