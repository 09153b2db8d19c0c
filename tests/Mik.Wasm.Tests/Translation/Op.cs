namespace Mik.Wasm.Tests.Translation;

/// <summary>Bytes of instructions and types that the tests assemble.</summary>
internal static class Op
{
    public const byte TypeI32 = 0x7F;
    public const byte TypeI64 = 0x7E;
    public const byte TypeF32 = 0x7D;
    public const byte TypeF64 = 0x7C;
    public const byte Empty = 0x40;

    public const byte Unreachable = 0x00;
    public const byte Nop = 0x01;
    public const byte Block = 0x02;
    public const byte Loop = 0x03;
    public const byte If = 0x04;
    public const byte Else = 0x05;
    public const byte End = 0x0B;
    public const byte Br = 0x0C;
    public const byte BrIf = 0x0D;
    public const byte BrTable = 0x0E;
    public const byte Return = 0x0F;
    public const byte Call = 0x10;
    public const byte CallIndirect = 0x11;
    public const byte Drop = 0x1A;
    public const byte LocalGet = 0x20;
    public const byte LocalSet = 0x21;
    public const byte LocalTee = 0x22;
    public const byte GlobalGet = 0x23;
    public const byte GlobalSet = 0x24;
    public const byte I32Load = 0x28;
    public const byte I32Store = 0x36;
    public const byte I32Const = 0x41;
    public const byte I64Const = 0x42;
    public const byte F32Const = 0x43;
    public const byte I32Eqz = 0x45;
    public const byte I32LtS = 0x48;
    public const byte I32LtU = 0x49;
    public const byte I32Add = 0x6A;
    public const byte I32Sub = 0x6B;
    public const byte I32Mul = 0x6C;
    public const byte I32DivS = 0x6D;
    public const byte I32RemS = 0x6F;
    public const byte I32Xor = 0x73;
    public const byte I32ReinterpretF32 = 0xBC;
}
