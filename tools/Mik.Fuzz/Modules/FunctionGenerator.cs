using Mik.Wasm.Model;
using Mik.Wasm.Opcodes;
using static Mik.Wasm.Model.WasmValueType;

namespace Mik.Fuzz.Modules;

/// <summary>Makes the body of one function: instructions that fit the operand stack, with blocks, branches and calls between them.</summary>
internal sealed class FunctionGenerator(ModuleGenerator module, RandomSource random, FunctionType type)
{
    // The last one of each type is for making NaNs canonical; the program never sees what was in it.
    private const int LocalsPerType = 3;
    private const int DeepestNesting = 5;
    private static readonly WasmValueType[] AllTypes = [I32, I64, F32, F64, V128];

    // Everything whose operands the table describes; V8 here lacks the proposals that are left out.
    private static readonly OpcodeInfo[] Rows =
    [
        .. OpcodeTable.Rows.ToArray().Where(row => !row.HasSpecialTyping && row.Pops.Length > 0
            && (row.Features & ~WasmFeatures.Simd) == WasmFeatures.None && row.AccessBytes == 0
            && row.Immediate is ImmediateKind.None or ImmediateKind.Lane or ImmediateKind.Shuffle
            && row.Pops.Concat(row.Pushes).All(item => AllTypes.Contains(item))
            && (row.Effects & ~Effects.MayTrap) == Effects.Pure),
    ];

    private static readonly OpcodeInfo[] AccessRows =
    [
        .. OpcodeTable.Rows.ToArray().Where(row => row.AccessBytes > 0 && (row.Features & ~WasmFeatures.Simd) == WasmFeatures.None),
    ];

    private static readonly string[] ExactFloats = ["abs", "neg", "copysign", "pmin", "pmax", "splat", "extract_lane", "replace_lane"];

    private readonly ByteWriter _code = new();
    private readonly List<WasmValueType> _stack = [];
    private readonly List<Frame> _frames = [];

    private sealed record Frame(int Height, WasmValueType[] LabelTypes, WasmValueType[] Results);

    /// <summary>The body: locals, instructions and the final end.</summary>
    public byte[] Generate()
    {
        _code.Unsigned((ulong)AllTypes.Length);
        foreach (var local in AllTypes)
        {
            _code.Unsigned(LocalsPerType).Byte((int)local.Kind);
        }
        TakeFuel(_code);
        _frames.Add(new(0, [.. type.Results], [.. type.Results]));
        Fill(20 + random.Below(60));
        Close();
        return _code.ToArray();
    }

    /// <summary>A constant of a type; <paramref name="value"/> instead of a random one for <c>i32</c>.</summary>
    public static void WriteConstant(ByteWriter code, RandomSource random, WasmValueType type, int? value = null)
    {
        switch (type.Kind)
        {
            case WasmTypeKind.I32:
                code.Byte(0x41).Signed(value ?? (int)random.Integer());
                break;
            case WasmTypeKind.I64:
                code.Byte(0x42).Signed(random.Integer());
                break;
            case WasmTypeKind.F32:
                code.Byte(0x43).F32((float)random.Float());
                break;
            case WasmTypeKind.F64:
                code.Byte(0x44).F64(random.Float());
                break;
            default:
                code.Byte(0xFD).Unsigned(12);
                for (var i = 0; i < 16; i++)
                {
                    code.Byte(random.OneIn(3) ? random.Pick<byte>([0, 0x7F, 0x80, 0xFF]) : (int)random.Next());
                }
                break;
        }
    }

    private void Fill(int budget)
    {
        while (budget-- > 0)
        {
            switch (random.Below(20))
            {
                case 0 when _frames.Count < DeepestNesting:
                    Block(ref budget);
                    break;
                case 1:
                    ConditionalBranch();
                    break;
                case 2:
                    Call();
                    break;
                case 3 or 4:
                    SetVariable();
                    break;
                case 5 or 6 or 7:
                    Access();
                    break;
                case 8:
                    Bulk();
                    break;
                case 9:
                    Select();
                    break;
                case 10 when _frames.Count > 1 && random.OneIn(4):
                    Leave();
                    return;
                default:
                    Apply(random.Pick<OpcodeInfo>(Rows));
                    break;
            }
        }
    }

    // Brings the frame's operands into its results' form; what is on the stack goes to locals, so that it is not lost.
    private void Settle(WasmValueType[] results)
    {
        while (_stack.Count > _frames[^1].Height)
        {
            Local(0x21, _stack[^1]);
            Pop();
        }
        Push(results);
    }

    private void Close()
    {
        Settle(_frames[^1].Results);
        _code.Byte(0x0B);
        _frames.RemoveAt(_frames.Count - 1);
    }

    // An unconditional branch ends the block: what would follow it is dead.
    private void Leave()
    {
        var depth = random.Below(_frames.Count);
        Settle(_frames[^(depth + 1)].LabelTypes);
        if (random.OneIn(3))
        {
            Push(I32);
            _code.Byte(0x0E).Unsigned(2).Unsigned((ulong)depth).Unsigned((ulong)depth).Unsigned((ulong)depth);
        }
        else
        {
            _code.Byte(0x0C).Unsigned((ulong)depth);
        }
        _stack.RemoveRange(_frames[^1].Height, _stack.Count - _frames[^1].Height);
        // The caller closes the frame; its results must come from dead code that still validates.
        Push(_frames[^1].Results);
        _stack.RemoveRange(_frames[^1].Height, _stack.Count - _frames[^1].Height);
        _code.Byte(0x00);
    }

    private void Block(ref int budget)
    {
        var parameters = RandomTypes();
        var results = RandomTypes();
        var kind = random.Pick<byte>([0x02, 0x03, 0x04]);
        Push(parameters);
        if (kind == 0x04)
        {
            Push(I32);
            _stack.RemoveAt(_stack.Count - 1);
        }
        var size = Math.Min(budget, random.Below(15));
        budget -= size;
        Open(kind, parameters, results);
        Fill(size);
        if (kind == 0x04)
        {
            Settle(results);
            _code.Byte(0x05);
            _stack.RemoveRange(_frames[^1].Height, _stack.Count - _frames[^1].Height);
            _stack.AddRange(parameters);
            Fill(size / 2);
        }
        var height = _frames[^1].Height;
        Close();
        _stack.RemoveRange(height, _stack.Count - height);
        _stack.AddRange(results);
    }

    private void Open(int kind, WasmValueType[] parameters, WasmValueType[] results)
    {
        _code.Byte(kind).Signed(module.TypeIndex(parameters, results));
        _frames.Add(new(_stack.Count - parameters.Length, kind == 0x03 ? parameters : results, results));
        if (kind == 0x03)
        {
            TakeFuel(_code);
        }
    }

    private void ConditionalBranch()
    {
        var depth = random.Below(_frames.Count);
        var labels = _frames[^(depth + 1)].LabelTypes;
        Settle(labels);
        Push(I32);
        _code.Byte(0x0D).Unsigned((ulong)depth);
        Pop();
    }

    private void Call()
    {
        var function = random.Below(module.Functions.Length);
        var callee = module.Types[module.Functions[function]];
        Push(callee.Parameters.AsSpan());
        if (random.OneIn(2))
        {
            _code.Byte(0x10).Unsigned((ulong)function);
        }
        else
        {
            // Mostly an element of the right type, sometimes another, the null or none.
            _code.Byte(0x41).Signed(random.OneIn(6) ? random.Below(ModuleGenerator.TableSize + 2) : function);
            _code.Byte(0x11).Unsigned((ulong)module.Functions[function]).Unsigned(0);
        }
        _stack.RemoveRange(_stack.Count - callee.Parameters.Length, callee.Parameters.Length);
        _stack.AddRange(callee.Results);
    }

    private void SetVariable()
    {
        if (_stack.Count == _frames[^1].Height)
        {
            Push(random.Pick<WasmValueType>(AllTypes));
        }
        var top = _stack[^1];
        var global = random.Below(module.Globals.Length);
        if (global != ModuleGenerator.FuelGlobal && module.Globals[global] == top)
        {
            _code.Byte(0x24).Unsigned((ulong)global);
        }
        else if (random.OneIn(2))
        {
            Local(0x22, top);
            return;
        }
        else
        {
            Local(0x21, top);
        }
        Pop();
    }

    private void Access()
    {
        var row = random.Pick<OpcodeInfo>(AccessRows);
        Push(I32);
        if (!random.OneIn(10))
        {
            _code.Byte(0x41).Signed(0xEFFF).Byte(0x71);
        }
        Push([.. row.Pops.Skip(1)]);
        WriteOpcode(row);
        _code.Unsigned((ulong)random.Below(row.NaturalAlignment + 1)).Unsigned(random.OneIn(20) ? (uint)random.Integer() : (uint)random.Below(300));
        WriteLane(row);
        Replace(row);
    }

    private void Bulk()
    {
        switch (random.Below(6))
        {
            case 0:
                _code.Byte(0x3F).Byte(0);
                _stack.Add(I32);
                break;
            case 1:
                _code.Byte(0x41).Signed(random.Below(2)).Byte(0x40).Byte(0);
                _stack.Add(I32);
                break;
            case 2:
                Addresses(0xFFF0, null, 16);
                _code.Byte(0xFC).Unsigned(11).Byte(0);
                break;
            case 3:
                Addresses(0xFFF0, 0xFFF0, 16);
                _code.Byte(0xFC).Unsigned(10).Byte(0).Byte(0);
                break;
            case 4:
                Addresses(0xFFF0, 0x3F, 8);
                _code.Byte(0xFC).Unsigned(8).Unsigned(1).Byte(0);
                break;
            default:
                _code.Byte(0x41).Signed(random.Below(ModuleGenerator.TableSize)).Byte(0xD2)
                    .Unsigned((ulong)random.Below(module.Functions.Length)).Byte(0x26).Unsigned(0);
                break;
        }
    }

    private void Addresses(int destinationMask, int? sourceMask, int length)
    {
        Push(I32);
        Pop();
        _code.Byte(0x41).Signed(destinationMask).Byte(0x71);
        Push(I32);
        Pop();
        if (sourceMask is { } mask)
        {
            _code.Byte(0x41).Signed(mask).Byte(0x71);
        }
        _code.Byte(0x41).Signed(random.Below(length));
    }

    private void Select()
    {
        var item = random.Pick<WasmValueType>(AllTypes);
        Push(item, item, I32);
        _code.Byte(0x1B);
        _stack.RemoveRange(_stack.Count - 2, 2);
    }

    private void Apply(OpcodeInfo row)
    {
        if (!EndsWith(row.Pops))
        {
            Push(row.Pops);
        }
        WriteOpcode(row);
        WriteLane(row);
        Replace(row);
        if (row.Pushes is [var result] && MayMakeNaN(row))
        {
            Canonicalize(row, result);
        }
    }

    private static bool MayMakeNaN(OpcodeInfo row) =>
        !ExactFloats.Any(exact => row.Name.Contains(exact, StringComparison.Ordinal))
        && (row.Pushes[0] == F32 || row.Pushes[0] == F64
            ? row.Pops.Any(pop => pop == F32 || pop == F64)
            : row.Pushes[0] == V128 && (row.Name.StartsWith("f32x4.", StringComparison.Ordinal) || row.Name.StartsWith("f64x2.", StringComparison.Ordinal)));

    private void Canonicalize(OpcodeInfo row, WasmValueType result)
    {
        var local = type.Parameters.Length + (Array.IndexOf(AllTypes, result) * LocalsPerType) + LocalsPerType - 1;
        _code.Byte(0x22).Unsigned((ulong)local);
        if (result == V128)
        {
            var isSingle = row.Name[1] == '3';
            _code.Byte(0xFD).Unsigned(12);
            for (var lane = 0; lane < (isSingle ? 4 : 2); lane++)
            {
                _ = isSingle ? _code.F32(BitConverter.UInt32BitsToSingle(0x7FC00000)) : _code.F64(BitConverter.UInt64BitsToDouble(0x7FF8000000000000));
            }
            _code.Byte(0x20).Unsigned((ulong)local).Byte(0x20).Unsigned((ulong)local);
            WriteOpcode(OpcodeTable.Find(isSingle ? Opcode.F32x4Eq : Opcode.F64x2Eq));
            WriteOpcode(OpcodeTable.Find(Opcode.V128Bitselect));
            return;
        }
        if (result == F32)
        {
            _code.Byte(0x43).F32(BitConverter.UInt32BitsToSingle(0x7FC00000));
        }
        else
        {
            _code.Byte(0x44).F64(BitConverter.UInt64BitsToDouble(0x7FF8000000000000));
        }
        _code.Byte(0x20).Unsigned((ulong)local).Byte(0x20).Unsigned((ulong)local).Byte(result == F32 ? 0x5B : 0x61).Byte(0x1B);
    }

    /// <summary>Takes one from the fuel, and traps when there is none.</summary>
    public static void TakeFuel(ByteWriter code) => code.Byte(0x23).Unsigned(ModuleGenerator.FuelGlobal).Byte(0x45).Byte(0x04).Byte(0x40).Byte(0x00).Byte(0x0B)
        .Byte(0x23).Unsigned(ModuleGenerator.FuelGlobal).Byte(0x41).Signed(1).Byte(0x6B).Byte(0x24).Unsigned(ModuleGenerator.FuelGlobal);

    private bool EndsWith(WasmValueType[] types) =>
        _stack.Count - _frames[^1].Height >= types.Length && _stack.Skip(_stack.Count - types.Length).SequenceEqual(types);

    private void Replace(OpcodeInfo row)
    {
        _stack.RemoveRange(_stack.Count - row.Pops.Length, row.Pops.Length);
        _stack.AddRange(row.Pushes);
    }

    private void Push(params ReadOnlySpan<WasmValueType> types)
    {
        foreach (var item in types)
        {
            if (random.OneIn(3))
            {
                WriteConstant(_code, random, item);
            }
            else
            {
                Local(0x20, item);
            }
            _stack.Add(item);
        }
    }

    private void Pop() => _stack.RemoveAt(_stack.Count - 1);

    // A parameter or a declared local of the type.
    private void Local(int opcode, WasmValueType item)
    {
        var parameter = type.Parameters.IndexOf(item);
        var declared = type.Parameters.Length + (Array.IndexOf(AllTypes, item) * LocalsPerType) + random.Below(LocalsPerType - 1);
        _code.Byte(opcode).Unsigned((ulong)(parameter >= 0 && random.OneIn(2) ? parameter : declared));
    }

    private void WriteLane(OpcodeInfo row)
    {
        if (row.Immediate is ImmediateKind.Lane or ImmediateKind.MemoryArgumentLane)
        {
            _code.Byte(random.Below(row.LaneCount));
        }
        else if (row.Immediate == ImmediateKind.Shuffle)
        {
            for (var i = 0; i < 16; i++)
            {
                _code.Byte(random.Below(32));
            }
        }
    }

    private void WriteOpcode(OpcodeInfo row)
    {
        var value = (int)row.Opcode;
        if (value <= 0xFF)
        {
            _code.Byte(value);
        }
        else
        {
            _code.Byte(0xF0 | (value >> 12)).Unsigned((ulong)(value & 0xFFF));
        }
    }

    private WasmValueType[] RandomTypes() => [.. Enumerable.Range(0, random.Below(3)).Select(_ => random.Pick<WasmValueType>(AllTypes))];
}
