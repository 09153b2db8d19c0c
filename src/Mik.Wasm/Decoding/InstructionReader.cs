using System.Runtime.Intrinsics;
using Mik.Wasm.Model;
using Mik.Wasm.Opcodes;

namespace Mik.Wasm.Decoding;

/// <summary>Decodes the instructions of a function body or a constant expression (core specification 5.4), one after the other.</summary>
internal ref struct InstructionReader
{
    private const int MaximumBranchTableSize = 65_520;
    private const uint MemoryIndexFlag = 0x40;
    private const string LegacyExceptions =
        "legacy exception handling; rebuild with the standard encoding (clang: -mllvm -wasm-use-legacy-eh=false, "
        + "emscripten: -sWASM_LEGACY_EXCEPTIONS=0) or convert with wasm-opt --translate-to-exnref";

    private readonly IReadOnlyDictionary<int, int>? _localNumbers;
    private WasmReader _reader;

    /// <summary>Makes a reader over a range of the module's bytes.</summary>
    /// <param name="module">The whole module, so that offsets in errors and instructions are the module's.</param>
    /// <param name="start">Offset of the first instruction.</param>
    /// <param name="length">Length of the range.</param>
    /// <param name="features">Instructions of other proposals are refused.</param>
    /// <param name="types">The types that instructions may name.</param>
    public InstructionReader(
        ReadOnlySpan<byte> module, int start, int length, WasmFeatures features = WasmFeatures.All, TypeSpace? types = null)
    {
        _reader = new WasmReader(module, start, length, features) { Types = types };
    }

    /// <summary>Reads instructions of a module that is being validated.</summary>
    /// <param name="module">The module.</param>
    /// <param name="start">Offset of the first instruction.</param>
    /// <param name="length">Length of the range.</param>
    /// <param name="features">Instructions of other proposals are refused.</param>
    public InstructionReader(WasmModule module, int start, int length, WasmFeatures features)
    {
        _reader = new WasmReader(module.Bytes.Span, start, length, features) { Types = module.TypeSpace, Use = module.Use };
    }

    /// <summary>Reads from where another reader stands to the end of its range.</summary>
    public InstructionReader(WasmReader reader)
    {
        _reader = reader;
    }

    /// <summary>Reads the body of a function of a validated module.</summary>
    public InstructionReader(WasmModule module, FunctionBody body)
        : this(module.Bytes.Span, body.Start, body.Length, types: module.TypeSpace)
    {
        _localNumbers = body.LocalNumbers;
    }

    /// <summary>Reads a constant expression of a validated module.</summary>
    public InstructionReader(WasmModule module, ConstantExpression expression)
        : this(module.Bytes.Span, expression.Start, expression.Length, types: module.TypeSpace)
    {
    }

    /// <summary>Offset of the next instruction in the module.</summary>
    public readonly int Position => _reader.Position;

    /// <inheritdoc cref="WasmReader.Require"/>
    public readonly void Require(WasmFeatures features, string what, int offset) => _reader.Require(features, what, offset);

    /// <summary>Decodes the next instruction.</summary>
    /// <returns>False at the end of the range.</returns>
    /// <exception cref="InvalidModuleException">The bytes are no instruction, or one of a proposal that is off.</exception>
    public bool Read(out Instruction instruction)
    {
        if (_reader.IsAtEnd)
        {
            instruction = default;
            return false;
        }
        var offset = _reader.Position;
        var info = ReadOpcode(offset);
        instruction = info.Immediate switch
        {
            ImmediateKind.None => Plain(info, offset),
            ImmediateKind.Local => new Instruction { Info = info, Offset = offset, Index = NumberOf(ReadIndex()) },
            ImmediateKind.I32 => Number(info, offset, _reader.ReadS32()),
            ImmediateKind.I64 => Number(info, offset, _reader.ReadS64()),
            ImmediateKind.F32 => Number(info, offset, _reader.ReadF32Bits()),
            ImmediateKind.F64 => Number(info, offset, (long)_reader.ReadF64Bits()),
            ImmediateKind.MemoryArgument or ImmediateKind.MemoryArgumentLane => ReadMemoryArgument(info, offset),
            ImmediateKind.BlockType =>
                new Instruction { Info = info, Offset = offset, BlockType = _reader.ReadBlockType() },
            ImmediateKind.BranchTable => ReadBranchTable(info, offset),
            ImmediateKind.SelectTypes => ReadSelectTypes(info, offset),
            ImmediateKind.HeapType =>
                new Instruction { Info = info, Offset = offset, ReferenceType = _reader.ReadHeapType() },
            ImmediateKind.CastBranch => ReadCastBranch(info, offset),
            ImmediateKind.TryTable => ReadTryTable(info, offset),
            ImmediateKind.Lane =>
                new Instruction { Info = info, Offset = offset, Index = _reader.ReadByte() },
            ImmediateKind.Shuffle or ImmediateKind.V128 =>
                new Instruction { Info = info, Offset = offset, Vector = Vector128.Create(_reader.ReadBytes(16)) },
            ImmediateKind.ReservedByte => ReadReservedByte(info, offset),
            _ => ReadIndices(info, offset),
        };
        return true;
    }

    private static Instruction Plain(OpcodeInfo info, int offset) => new() { Info = info, Offset = offset };

    private static Instruction Number(OpcodeInfo info, int offset, long value) =>
        new() { Info = info, Offset = offset, Value = value };

    private OpcodeInfo ReadOpcode(int offset)
    {
        var first = _reader.ReadByte();
        var code = (uint)first;
        OpcodeInfo? info;
        if (OpcodeTable.IsPrefix(first, out var prefix))
        {
            code = _reader.ReadU32();
            OpcodeTable.TryDecode(prefix, code, out info);
        }
        else
        {
            OpcodeTable.TryDecode(0, first, out info);
        }
        if (info is null)
        {
            if (Proposals.IsLegacyException(first))
            {
                Throw.Malformed(LegacyExceptions, offset);
            }
            if (Proposals.OfOpcode(first, code) is { } proposal)
            {
                Throw.Unsupported($"opcode 0x{first:x2}", proposal, offset);
            }
            Throw.Malformed("illegal opcode", offset);
        }
        _reader.Require(info.Features, info.Name, offset);
        return info;
    }

    private int ReadIndex() => (int)_reader.ReadU32();

    private Instruction ReadIndices(OpcodeInfo info, int offset)
    {
        var (index, index2, memory) = (0, 0, 0);
        foreach (var part in info.Parts)
        {
            var value = part.Kind == IndexKind.Memory ? ReadMemoryIndex() : ReadIndex();
            switch (part.Slot)
            {
                case IndexSlot.Index:
                    index = value;
                    break;
                case IndexSlot.Index2:
                    index2 = value;
                    break;
                default:
                    memory = value;
                    break;
            }
        }
        return new Instruction { Info = info, Offset = offset, Index = index, Index2 = index2, MemoryIndex = memory };
    }

    private readonly int NumberOf(int local) => _localNumbers is not null && _localNumbers.TryGetValue(local, out var number) ? number : local;

    private int ReadMemoryIndex()
    {
        var offset = _reader.Position;
        var index = ReadIndex();
        if (index != 0)
        {
            _reader.Require(WasmFeatures.MultiMemory, "a memory index other than 0", offset);
        }
        return index;
    }

    private Instruction ReadMemoryArgument(OpcodeInfo info, int offset)
    {
        var flags = _reader.ReadU32();
        if (flags >= 2 * MemoryIndexFlag)
        {
            Throw.Malformed("malformed memop flags", offset);
        }
        var memoryIndex = 0;
        if ((flags & MemoryIndexFlag) != 0)
        {
            _reader.Require(WasmFeatures.MultiMemory, "a memory index", offset);
            memoryIndex = ReadIndex();
        }
        var memoryOffset = _reader.Has(WasmFeatures.Memory64) ? _reader.ReadU64() : _reader.ReadU32();
        return new Instruction
        {
            Info = info,
            Offset = offset,
            Alignment = (int)(flags & ~MemoryIndexFlag),
            MemoryIndex = memoryIndex,
            Value = (long)memoryOffset,
            Index = info.Immediate == ImmediateKind.MemoryArgumentLane ? _reader.ReadByte() : 0,
        };
    }

    private Instruction ReadBranchTable(OpcodeInfo info, int offset)
    {
        var count = _reader.ReadCount("labels in br_table", MaximumBranchTableSize);
        var labels = new int[count + 1];
        for (var i = 0; i <= count; i++)
        {
            labels[i] = ReadIndex();
        }
        return new Instruction { Info = info, Offset = offset, Index = labels[count], Labels = labels };
    }

    private Instruction ReadSelectTypes(OpcodeInfo info, int offset)
    {
        var types = new WasmValueType[_reader.ReadCount("types in select", ModuleLimits.Results)];
        for (var i = 0; i < types.Length; i++)
        {
            types[i] = _reader.ReadValueType();
        }
        return new Instruction { Info = info, Offset = offset, Types = types };
    }

    private Instruction ReadCastBranch(OpcodeInfo info, int offset)
    {
        var flags = _reader.ReadByte();
        if (flags > 3)
        {
            Throw.Malformed("malformed cast flags", offset);
        }
        var label = ReadIndex();
        var source = _reader.ReadHeapType();
        var target = _reader.ReadHeapType();
        return new Instruction
        {
            Info = info,
            Offset = offset,
            Index = label,
            ReferenceType = source with { IsNonNull = (flags & 1) == 0 },
            TargetType = target with { IsNonNull = (flags & 2) == 0 },
        };
    }

    private Instruction ReadTryTable(OpcodeInfo info, int offset)
    {
        var type = _reader.ReadBlockType();
        var clauses = new CatchClause[_reader.ReadCount("catch clauses", ModuleLimits.Catches, elementBytes: 2)];
        for (var i = 0; i < clauses.Length; i++)
        {
            var position = _reader.Position;
            var kind = _reader.ReadByte();
            if (kind > (byte)CatchKind.CatchAllReference)
            {
                Throw.Malformed("malformed catch clause", position);
            }
            var tag = kind <= (byte)CatchKind.CatchReference ? ReadIndex() : -1;
            clauses[i] = new CatchClause((CatchKind)kind, tag, ReadIndex());
        }
        return new Instruction { Info = info, Offset = offset, BlockType = type, Catches = clauses };
    }

    private Instruction ReadReservedByte(OpcodeInfo info, int offset)
    {
        if (_reader.ReadByte() != 0)
        {
            Throw.Malformed("zero byte expected", offset);
        }
        return Plain(info, offset);
    }
}
