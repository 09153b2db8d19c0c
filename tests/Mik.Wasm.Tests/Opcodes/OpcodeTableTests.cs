using System.Globalization;
using Mik.Wasm.Decoding;
using Mik.Wasm.Model;
using Mik.Wasm.Opcodes;
using Mik.Wasm.Printing;
using Mik.Wasm.Translation;

namespace Mik.Wasm.Tests.Opcodes;

public sealed class OpcodeTableTests
{
    [Fact]
    public void Rows_AndEnumMembers_CorrespondOneToOne()
    {
        var rows = OpcodeTable.Rows.ToArray().Select(row => row.Opcode).ToArray();
        Assert.Equal(rows.Length, rows.Distinct().Count());
        Assert.Equal(Enum.GetValues<Opcode>().Order(), rows.Order());
        Assert.Equal(Enum.GetNames<Opcode>().Length, rows.Length);
    }

    [Fact]
    public void Name_OfEveryRow_GivesTheIdentifierByRule()
    {
        foreach (var row in OpcodeTable.Rows)
        {
            var identifier = string.Concat(row.Name.Split('.', '_').Select(part => char.ToUpperInvariant(part[0]) + part[1..]));
            Assert.Equal(
                row.Opcode switch
                {
                    Opcode.SelectTyped => "SelectTyped",
                    Opcode.RefTestNull or Opcode.RefCastNull => identifier + "Null",
                    _ => identifier,
                },
                row.Opcode.ToString());
        }
    }

    [Fact]
    public void Find_EveryOpcode_GivesItsRow()
    {
        foreach (var opcode in Enum.GetValues<Opcode>())
        {
            Assert.Equal(opcode, OpcodeTable.Find(opcode).Opcode);
        }
        Assert.Throws<ArgumentOutOfRangeException>(() => OpcodeTable.Find((Opcode)0xB0FF));
    }

    [Fact]
    public void Row_EncodedDecodedPrinted_IsItself()
    {
        foreach (var row in OpcodeTable.Rows)
        {
            byte[] bytes = [.. Encode(row.Opcode), .. SampleImmediates(row.Immediate)];
            var reader = new InstructionReader(bytes, 0, bytes.Length);
            Assert.True(reader.Read(out var instruction));
            Assert.Same(row, instruction.Info);
            Assert.Equal(bytes.Length, reader.Position);
            Assert.False(reader.Read(out _));
            Assert.StartsWith(row.Name, InstructionPrinter.Print(instruction), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Row_CutShort_IsMalformed()
    {
        foreach (var row in OpcodeTable.Rows)
        {
            byte[] bytes = [.. Encode(row.Opcode), .. SampleImmediates(row.Immediate)];
            for (var length = 1; length < bytes.Length; length++)
            {
                var error = Assert.Throws<InvalidModuleException>(() => new InstructionReader(bytes, 0, length).Read(out _));
                Assert.True(error.IsMalformed, row.Name);
            }
        }
    }

    [Fact]
    public void Row_OfAProposalThatIsOff_IsRefusedByName()
    {
        foreach (var row in OpcodeTable.Rows.ToArray().Where(row => row.Features != WasmFeatures.None))
        {
            byte[] bytes = [.. Encode(row.Opcode), .. SampleImmediates(row.Immediate)];
            var error = Assert.Throws<InvalidModuleException>(
                () => new InstructionReader(bytes, 0, bytes.Length, WasmFeatures.All & ~row.Features).Read(out _));
            Assert.Contains($"{row.Name} requires the {ProposalNames.NameOf(row.Features)} proposal", error.Reason, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void MemoryArgument_OfEveryRow_HasAnAccessSizeAndAnAddress()
    {
        foreach (var row in OpcodeTable.Rows)
        {
            var accessesMemory = row.Immediate is ImmediateKind.MemoryArgument or ImmediateKind.MemoryArgumentLane;
            Assert.Equal(accessesMemory, row.AccessBytes != 0);
            if (accessesMemory)
            {
                Assert.Equal(OpcodeInfo.Address, row.Pops[0]);
                Assert.Contains(row.AccessBytes, new[] { 1, 2, 4, 8, 16 });
                Assert.True(row.Effects.HasFlag(Effects.MayTrap), row.Name);
            }
        }
    }

    [Fact]
    public void Lowering_OfEveryRow_FitsItsKind()
    {
        foreach (var row in OpcodeTable.Rows)
        {
            switch (row.Lowering.Kind)
            {
                case LoweringKind.Emit:
                    Assert.NotEmpty(row.Lowering.Steps);
                    Assert.Single(row.Pushes);
                    Assert.Equal(row.Lowering.Check != DivisionCheck.None, row.Effects == Effects.MayTrap);
                    break;
                case LoweringKind.Call:
                    Assert.NotNull(WellKnownMethods.NumericOperation(row.Opcode.ToString()));
                    Assert.Single(row.Pushes);
                    break;
                case LoweringKind.Load:
                    Assert.True(row.Effects.HasFlag(Effects.ReadsMemory), row.Name);
                    break;
                case LoweringKind.Store:
                    Assert.True(row.Effects.HasFlag(Effects.WritesMemory), row.Name);
                    break;
                default:
                    Assert.Empty(row.Lowering.Steps);
                    break;
            }
        }
    }

    [Fact]
    public void Translation_OfEveryRowThatIsOnByDefault_Exists()
    {
        var missing = OpcodeTable.Rows.ToArray()
            .Where(row => (row.Features & ~WasmFeatures.Default) == WasmFeatures.None && !TranslationRules.Has(row.Opcode));
        Assert.Empty(missing);
    }

    [Fact]
    public void ConstantRows_AreThoseOfTheSpecification()
    {
        var names = OpcodeTable.Rows.ToArray().Where(row => row.IsConstant).Select(row => row.Name).Order(StringComparer.Ordinal);
        Assert.Equal(
            [
                "any.convert_extern", "array.new", "array.new_default", "array.new_fixed", "end", "extern.convert_any", "f32.const", "f64.const", "global.get",
                "i32.add", "i32.const", "i32.mul", "i32.sub", "i64.add", "i64.const",
                "i64.mul", "i64.sub", "ref.func", "ref.i31", "ref.null", "struct.new", "struct.new_default", "v128.const",
            ],
            names);
    }

    private static byte[] Encode(Opcode opcode) =>
        (int)opcode < 0x100
            ? [(byte)opcode]
            : [(byte)(0xF0 | ((int)opcode >> 12)), .. ModuleBytes.Unsigned((ulong)opcode & 0xFFF)];

    private static byte[] SampleImmediates(ImmediateKind kind) => kind switch
    {
        ImmediateKind.None => [],
        ImmediateKind.BlockType => [ModuleBytes.I32],
        ImmediateKind.BranchTable => [2, 0, 1, 0],
        ImmediateKind.SelectTypes => [1, ModuleBytes.I32],
        ImmediateKind.CastBranch => [3, 0, ModuleBytes.FuncRef, ModuleBytes.FuncRef],
        ImmediateKind.TryTable => [ModuleBytes.I32, 2, 0, 0, 0, 2, 0],
        ImmediateKind.MemoryArgument => [0x40, 1, 0x80, 0x01],
        ImmediateKind.MemoryArgumentLane => [0, 8, 1],
        ImmediateKind.Shuffle or ImmediateKind.V128 => [.. Enumerable.Range(0, 16).Select(lane => (byte)lane)],
        ImmediateKind.I32 or ImmediateKind.I64 => [0x80, 0x7F],
        ImmediateKind.F32 => [0, 0, 0xC0, 0xFF],
        ImmediateKind.F64 => [0, 0, 0, 0, 0, 0, 0xF0, 0x3F],
        ImmediateKind.HeapType => [ModuleBytes.FuncRef],
        ImmediateKind.ReservedByte or ImmediateKind.Lane => [0],
        _ when ImmediateTable.PartsOf(kind) is { Length: > 0 } parts => new byte[parts.Length],
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind.ToString().ToString(CultureInfo.InvariantCulture)),
    };
}
