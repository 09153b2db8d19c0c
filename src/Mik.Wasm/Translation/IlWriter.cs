using System.Diagnostics;
using System.Reflection;
using System.Reflection.Emit;
using Mik.Wasm.Opcodes;
using Il = System.Reflection.Emit.OpCodes;

namespace Mik.Wasm.Translation;

/// <summary>Writes CIL in its short forms; the only door from translation to <see cref="ILGenerator"/>.</summary>
internal sealed class IlWriter
{
    // Compiling takes about 500 bytes of memory and a microsecond for each. The largest function of StarlingMonkey has 200,000.
    private const int MaximumInstructions = 600_000;
    private const int MaximumLocals = 65_000;
    // A target of a switch takes as much memory while it is written as these.
    private const int TargetInstructions = 4;

    private readonly ILGenerator _generator;

    /// <summary>Writes the body that <paramref name="generator"/> makes.</summary>
    public IlWriter(ILGenerator generator)
    {
        _generator = generator;
    }

    /// <summary>Number of locals declared.</summary>
    public int LocalCount { get; private set; }

    /// <summary>Bytes written.</summary>
    public int Length => _generator.ILOffset;

    /// <summary>Instructions written; the targets of a <c>switch</c> and labels are some, too.</summary>
    public int Instructions { get; private set; }

    private ILGenerator Next
    {
        get
        {
            Count(1);
            return _generator;
        }
    }

    /// <summary>Adds a local.</summary>
    public int DeclareLocal(Type type)
    {
        if (LocalCount >= MaximumLocals)
        {
            throw new FunctionTooLargeException($"needs too many locals: more than the limit of {MaximumLocals}");
        }
        LocalCount++;
        return _generator.DeclareLocal(type).LocalIndex;
    }

    /// <summary>Makes a label that is not placed yet.</summary>
    public Label DefineLabel() => Next.DefineLabel();

    /// <summary>Places a label here.</summary>
    public void MarkLabel(Label label) => _generator.MarkLabel(label);

    /// <summary>An instruction without operand.</summary>
    public void Emit(OpCode code)
    {
        Debug.Assert(code.OperandType == OperandType.InlineNone, "an operand is missing");
        Next.Emit(code);
    }

    /// <summary>The instructions of a row's lowering.</summary>
    public void Emit(ReadOnlySpan<IlStep> steps)
    {
        foreach (var step in steps)
        {
            if (step.Code.OperandType == OperandType.ShortInlineI)
            {
                LoadInt32(step.Operand);
            }
            else
            {
                Emit(step.Code);
            }
        }
    }

    /// <summary>A branch; the IL stack below its operands must be empty.</summary>
    public void Branch(OpCode code, Label target)
    {
        Next.Emit(code, target);
    }

    /// <summary><c>switch</c>; without targets it only takes its operand.</summary>
    public void Switch(Label[] targets)
    {
        if (targets.Length == 0)
        {
            Next.Emit(Il.Pop);
            return;
        }
        Count(TargetInstructions * targets.Length);
        Next.Emit(Il.Switch, targets);
    }

    /// <summary>A call of a static method.</summary>
    public void Call(MethodInfo method)
    {
        Next.Emit(Il.Call, method);
    }

    /// <summary>A call of the code pointer on top of the IL stack.</summary>
    public void CallIndirect(Type result, Type[] parameters)
    {
        Count(parameters.Length);
        Next.EmitCalli(Il.Calli, CallingConventions.Standard, result, parameters, null);
    }

    /// <summary>The entry point of a method.</summary>
    public void LoadFunction(MethodInfo method) => Next.Emit(Il.Ldftn, method);

    /// <summary>The handle of a method.</summary>
    public void LoadToken(MethodInfo method) => Next.Emit(Il.Ldtoken, method);

    /// <summary>A new object.</summary>
    public void NewObject(ConstructorInfo constructor) => Next.Emit(Il.Newobj, constructor);

    /// <summary>An instruction with a field.</summary>
    public void Emit(OpCode code, FieldInfo field) => Next.Emit(code, field);

    /// <summary>An instruction with a type.</summary>
    public void Emit(OpCode code, Type type) => Next.Emit(code, type);

    /// <summary>A constant.</summary>
    public void LoadInt32(int value)
    {
        switch (value)
        {
            case >= -1 and <= 8:
                Next.Emit(ShortConstants[value + 1]);
                break;
            case >= sbyte.MinValue and <= sbyte.MaxValue:
                Next.Emit(Il.Ldc_I4_S, (sbyte)value);
                break;
            default:
                Next.Emit(Il.Ldc_I4, value);
                break;
        }
    }

    /// <summary>A constant.</summary>
    public void LoadInt64(long value)
    {
        if (value is >= int.MinValue and <= int.MaxValue)
        {
            LoadInt32((int)value);
            Next.Emit(Il.Conv_I8);
        }
        else
        {
            Next.Emit(Il.Ldc_I8, value);
        }
    }

    /// <summary>A constant, bit for bit.</summary>
    public void LoadSingle(int bits)
    {
        var value = BitConverter.Int32BitsToSingle(bits);
        if (float.IsNaN(value))
        {
            // The compiler would quiet a signalling NaN that it knows.
            LoadInt32(bits);
            Call(OpaqueConstants.OpaqueNaN);
        }
        else
        {
            Next.Emit(Il.Ldc_R4, value);
        }
    }

    /// <summary>A constant, bit for bit.</summary>
    public void LoadDouble(long bits)
    {
        var value = BitConverter.Int64BitsToDouble(bits);
        if (double.IsNaN(value))
        {
            LoadInt64(bits);
            Call(OpaqueConstants.Int64BitsToDouble);
        }
        else
        {
            Next.Emit(Il.Ldc_R8, value);
        }
    }

    /// <summary>Reads an argument.</summary>
    public void LoadArgument(int index) => Variable(index, ShortLoadArgument, Il.Ldarg_S, Il.Ldarg);

    /// <summary>Writes an argument.</summary>
    public void StoreArgument(int index) => Variable(index, [], Il.Starg_S, Il.Starg);

    /// <summary>Reads a local.</summary>
    public void LoadLocal(int index) => Variable(index, ShortLoadLocal, Il.Ldloc_S, Il.Ldloc);

    /// <summary>Writes a local.</summary>
    public void StoreLocal(int index) => Variable(index, ShortStoreLocal, Il.Stloc_S, Il.Stloc);

    /// <summary>The address of a local.</summary>
    public void LoadLocalAddress(int index) => Variable(index, [], Il.Ldloca_S, Il.Ldloca);

    private void Count(int instructions)
    {
        Instructions += instructions;
        if (Instructions > MaximumInstructions)
        {
            throw new FunctionTooLargeException($"is too large: more than the limit of {MaximumInstructions} emitted instructions");
        }
    }

    private void Variable(int index, OpCode[] shortest, OpCode shorter, OpCode general)
    {
        if (index < shortest.Length)
        {
            Next.Emit(shortest[index]);
        }
        else if (index <= byte.MaxValue)
        {
            Next.Emit(shorter, (byte)index);
        }
        else
        {
            Next.Emit(general, unchecked((short)index));
        }
    }

    private static readonly OpCode[] ShortConstants =
    [
        Il.Ldc_I4_M1, Il.Ldc_I4_0, Il.Ldc_I4_1, Il.Ldc_I4_2, Il.Ldc_I4_3, Il.Ldc_I4_4,
        Il.Ldc_I4_5, Il.Ldc_I4_6, Il.Ldc_I4_7, Il.Ldc_I4_8,
    ];

    private static readonly OpCode[] ShortLoadArgument = [Il.Ldarg_0, Il.Ldarg_1, Il.Ldarg_2, Il.Ldarg_3];
    private static readonly OpCode[] ShortLoadLocal = [Il.Ldloc_0, Il.Ldloc_1, Il.Ldloc_2, Il.Ldloc_3];
    private static readonly OpCode[] ShortStoreLocal = [Il.Stloc_0, Il.Stloc_1, Il.Stloc_2, Il.Stloc_3];
}
