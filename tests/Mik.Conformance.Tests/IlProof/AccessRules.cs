using System.Globalization;
using System.Reflection;
using System.Runtime.Intrinsics;
using Mik.Wasm.Execution;
using Mik.Wasm.Objects;

namespace Mik.Conformance.Tests.IlProof;

/// <summary>What emitted code may read, write and call, and what it then holds.</summary>
internal sealed class AccessRules(MethodUnderProof method, Func<Fact, long> knows, Action<int, string> complain)
{
    /// <summary>The flag of an exception that is on its way.</summary>
    public const string Pending = "pending";

    private const int InterruptOffset = 8;
    private const int PendingOffset = 16;
    private const int HeapBudgetOffset = 24;
    private const string Reference = "reference";

    // These check what they are given, or get nothing that could be an address.
    private static readonly HashSet<Type> Checking = [typeof(RuntimeOperations), typeof(WaitOperations)];

    /// <summary>The value that a load gives.</summary>
    public IlValue Load(IlValue address, IlInstruction instruction, int index, Epoch epoch)
    {
        var size = SizeOf(instruction);
        switch (address)
        {
            case Known { Kind: KnownKind.Context } or Sum { First: Known { Kind: KnownKind.Context }, Second: null }:
                return LoadFromContext(OffsetOf(address), size, index);
            case Known { Kind: KnownKind.State }:
                return new Unknown("stack limit", 0);
            case Sum { First: Known { Kind: KnownKind.State }, Second: null, Number: InterruptOffset } when size == 4:
                return new Unknown("interrupt", index);
            case Sum { First: Known { Kind: KnownKind.State }, Second: null, Number: PendingOffset } when size == 4:
                return new Unknown(Pending, index);
            case Sum { First: Known { Kind: KnownKind.State }, Second: null, Number: HeapBudgetOffset } when size == 8:
                return new Unknown("budget", index);
            case Sum { First: Known { Kind: KnownKind.TypeList }, Second: null } or Known { Kind: KnownKind.TypeList }
                when size == 8 && OffsetOf(address) is >= 0 and var type && type / 8 < method.Module.Definitions.Length:
                return new Known(KnownKind.TypeRecord, (int)type / 8);
            case TypeWord when size == 4:
                return new Unknown("kind", index);
            case Sum { First: TypeWord, Second: null } display when size == 4 && display.Number >= TypeRecord.OffsetOf(0)
                && display.Number < TypeRecord.OffsetOf(TypeRecord.LeastDisplay):
                return new Unknown("display", index);
            case Known { Kind: KnownKind.InstanceHandle } when instruction.Code.Name == "ldind.ref":
                return new Known(KnownKind.Instance);
            case Known { Kind: KnownKind.MemoryRecord } record:
                return new Known(KnownKind.MemoryBase, record.Index);
            case Sum { First: Known { Kind: KnownKind.MemoryRecord } record, Second: null, Number: 8 } when size == 8:
                return new Known(KnownKind.MemoryLength, record.Index);
            case Known { Kind: KnownKind.TableRecord } record:
                return new TableValue(false, record.Index, epoch);
            case Sum { First: Known { Kind: KnownKind.TableRecord } record, Second: null, Number: 8 } when size == 8:
                return new TableValue(true, record.Index, epoch);
        }
        if (address is Sum { First: Unknown tested, Second: null, Number: 16 } && size == 4 && knows(new(FactKind.NotNull, tested)) > 0)
        {
            return new ReferenceField(tested, 16);
        }
        if (ReferenceOf(address, out var offset) is { } reference && offset is 0 or 8 or 16)
        {
            return new ReferenceField(reference, offset);
        }
        Check(address, size, index, epoch);
        return new Unknown(address is Sum { First: TableValue } ? Reference : "loaded", index);
    }

    /// <summary>Checks a store.</summary>
    public void Store(IlValue address, IlInstruction instruction, int index, Epoch epoch)
    {
        var size = SizeOf(instruction);
        if (address is Known { Kind: KnownKind.ResultPlace } && instruction.Code.Name == "stind.ref")
        {
            return;
        }
        if (address is Sum { First: Known { Kind: KnownKind.State }, Second: null, Number: HeapBudgetOffset } && size == 8)
        {
            return;
        }
        if (address is Sum { First: Known { Kind: KnownKind.Context }, Second: null } cell)
        {
            var globals = method.Module.GlobalTypes.Length;
            for (var i = method.Module.ImportedGlobalCount; i < globals; i++)
            {
                if (cell.Number == method.Layout.Global(i))
                {
                    return;
                }
            }
            complain(index, string.Create(CultureInfo.InvariantCulture, $"a store to {cell.Number} of the context, which is no global"));
            return;
        }
        Check(address, size, index, epoch);
    }

    /// <summary>Checks a call of a method that is not the guest's.</summary>
    public void CheckRuntimeCall(MethodInfo callee, ParameterInfo[] parameters, IlValue[] arguments, int index)
    {
        var type = callee.DeclaringType!;
        if (Checking.Contains(type))
        {
            if (parameters.Length > 0 && arguments[0] != new Known(KnownKind.Context))
            {
                complain(index, $"{callee.Name} is called with something that is not this context");
            }
            if (type == typeof(WaitOperations))
            {
                Check(arguments[2], callee.Name.EndsWith("64", StringComparison.Ordinal) ? 8 : 4, index, new Epoch(index));
            }
        }
        else if (type == typeof(AtomicOperations))
        {
            var bits = int.Parse(callee.Name.AsSpan(callee.Name.AsSpan().IndexOfAnyInRange('0', '9')), CultureInfo.InvariantCulture);
            Check(arguments[0], bits / 8, index, new Epoch(index));
        }
        else if (!IsPure(callee))
        {
            complain(index, $"{type.Name}.{callee.Name} takes an address and is not listed");
        }
    }

    /// <summary>Whether a method can neither read nor write what a guest has.</summary>
    public static bool IsPure(MethodInfo callee) =>
        !Checking.Contains(callee.DeclaringType!) && callee.DeclaringType != typeof(AtomicOperations)
        && Array.TrueForAll(
            callee.GetParameters(),
            parameter => !parameter.ParameterType.IsPointer && !parameter.ParameterType.IsByRef && parameter.ParameterType != typeof(nint));

    /// <summary>Whether a value is the address of something in the frame, less some bytes.</summary>
    public static bool IsFrameAddress(IlValue value) =>
        value is Known { Kind: KnownKind.LocalAddress } or Sum { First: Known { Kind: KnownKind.LocalAddress }, Second: null, Number: <= 0 };

    /// <summary>Whether the code at a place begins with a test of the interrupt flag.</summary>
    public bool LooksAtInterruptFlag(List<IlInstruction> code, int place, IlValue[] locals)
    {
        string[] shape = ["ldloc", "ldc.i4.8", "add", "volatile.", "ldind.i4", "brtrue"];
        for (var i = 0; i < shape.Length; i++)
        {
            if (place + i >= code.Count || !code[place + i].Code.Name!.StartsWith(shape[i], StringComparison.Ordinal))
            {
                return false;
            }
        }
        return locals[code[place].Number] == new Known(KnownKind.State);
    }

    private IlValue LoadFromContext(long offset, int size, int index)
    {
        var (module, layout) = (method.Module, method.Layout);
        if (offset == ContextLayout.ExecutionStateOffset)
        {
            return new Known(KnownKind.State);
        }
        if (module.HasObjectTypes && offset == layout.Types)
        {
            return new Known(KnownKind.TypeList);
        }
        if (module.TagTypeIndices.Length > 0 && offset >= layout.Tag(0) && offset < layout.Tag(module.TagTypeIndices.Length))
        {
            return new Known(KnownKind.TagRecord, (int)(offset - layout.Tag(0)) / 8);
        }
        if (offset == ContextLayout.InstanceHandleOffset)
        {
            return new Known(KnownKind.InstanceHandle);
        }
        for (var i = 0; i < module.Memories.Length; i++)
        {
            if (offset == layout.Memory(i))
            {
                return new Known(KnownKind.MemoryRecord, i);
            }
        }
        for (var i = 0; i < module.Tables.Length; i++)
        {
            if (offset == layout.Table(i))
            {
                return new Known(KnownKind.TableRecord, i);
            }
        }
        if (module.ImportedFunctionCount > 0 && offset >= layout.Function(0) && offset <= layout.Function(module.ImportedFunctionCount - 1))
        {
            return new Known(KnownKind.ImportedFunction, (int)(offset - layout.Function(0)) / 8);
        }
        if (module.ImportedGlobalCount > 0 && offset >= layout.Global(0) && offset <= layout.Global(module.ImportedGlobalCount - 1))
        {
            return new Known(KnownKind.GlobalCell, (int)(offset - layout.Global(0)) / 8);
        }
        var defined = module.FunctionCount - module.ImportedFunctionCount;
        var first = defined == 0 ? 0 : layout.Function(module.ImportedFunctionCount);
        if (defined > 0 && offset >= first && offset + size <= first + (defined * ContextLayout.FunctionReferenceSize))
        {
            var function = (int)(offset - first) / ContextLayout.FunctionReferenceSize;
            return new ReferenceField(
                new Known(KnownKind.DefinedFunction, module.ImportedFunctionCount + function), (offset - first) % ContextLayout.FunctionReferenceSize);
        }
        if (offset < 0 || offset + size > layout.Size)
        {
            complain(index, string.Create(CultureInfo.InvariantCulture, $"a load beyond the context, at {offset}"));
        }
        return new Unknown("global", index);
    }

    private void Check(IlValue address, int size, int index, Epoch epoch)
    {
        var (first, second, offset) = address is Sum sum ? (sum.First, sum.Second, sum.Number) : (address, null, 0);
        var isProved = first switch
        {
            _ when offset < 0 => false,
            Known { Kind: KnownKind.MemoryBase } memory when second is null => offset + size <= Minimum(memory.Index)
                || offset + size <= knows(new(FactKind.InMemory, null, memory.Index)),
            Known { Kind: KnownKind.MemoryBase } memory => offset + size <= knows(new(FactKind.InMemory, second, memory.Index)),
            TableValue { IsLength: false } elements => second is TimesEight item && offset == 0 && size == 8 && elements.Epoch == epoch
                && knows(new(FactKind.InTable, item.Value, elements.Table, epoch)) > 0,
            Known { Kind: KnownKind.ResultBuffer or KnownKind.CallersBuffer } buffer => second is null && offset + size <= buffer.Index,
            Known { Kind: KnownKind.GlobalCell } => second is null && offset + size <= ContextLayout.GlobalSize,
            _ => false,
        };
        if (!isProved)
        {
            complain(index, string.Create(CultureInfo.InvariantCulture, $"{size} bytes at {address} are not proved to be inside"));
        }
    }

    private long Minimum(int memory)
    {
        var type = method.Module.Memories[memory];
        return (long)Math.Min(type.Limits.Minimum << type.PageSizeLog2, long.MaxValue);
    }

    /// <summary>The function reference that an address lies in, when it is known to be one.</summary>
    private IlValue? ReferenceOf(IlValue address, out long offset)
    {
        var (value, second) = address is Sum sum ? (sum.First, sum.Second) : (address, null);
        offset = OffsetOf(address);
        return second is null
            && (value is Known { Kind: KnownKind.ImportedFunction }
                || (value is Unknown && (method.ReferenceCalls > 0 || value is Unknown { Origin: Reference })
                    && knows(new(FactKind.NotNull, value)) > 0)) ? value : null;
    }

    private static long OffsetOf(IlValue address) => address is Sum sum ? sum.Number : 0;

    private static int SizeOf(IlInstruction instruction) => instruction.Code.Name switch
    {
        "ldind.i1" or "ldind.u1" or "stind.i1" => 1,
        "ldind.i2" or "ldind.u2" or "stind.i2" => 2,
        "ldind.i4" or "ldind.u4" or "stind.i4" or "ldind.r4" or "stind.r4" => 4,
        "ldobj" or "stobj" when (Type)instruction.Member! == typeof(Vector128<byte>) => 16,
        "ldobj" or "stobj" => throw new NotSupportedException(instruction.Member!.Name),
        _ => 8,
    };
}
