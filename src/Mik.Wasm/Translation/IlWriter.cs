using System.Diagnostics;
using System.Reflection;
using System.Reflection.Emit;
using Mik.Wasm.Opcodes;
using Il = System.Reflection.Emit.OpCodes;

namespace Mik.Wasm.Translation;

/// <summary>Writes CIL in its short forms; the only door from translation to <see cref="ILGenerator"/>.</summary>
internal sealed class IlWriter
{
    // A method beyond this is hostile (a thousand results, passed a thousand times): compiling it would take many seconds.
    private const int MaximumBytes = 16 * 1024 * 1024;
    private const int MaximumLocals = 65_000;

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

    /// <summary>Adds a local.</summary>
    public int DeclareLocal(Type type)
    {
        if (LocalCount >= MaximumLocals)
        {
            throw new FunctionTooLargeException("needs too many locals");
        }
        LocalCount++;
        return _generator.DeclareLocal(type).LocalIndex;
    }

    /// <summary>Makes a label that is not placed yet.</summary>
    public Label DefineLabel() => _generator.DefineLabel();

    /// <summary>Places a label here.</summary>
    public void MarkLabel(Label label) => _generator.MarkLabel(label);

    /// <summary>An instruction without operand.</summary>
    public void Emit(OpCode code)
    {
        Debug.Assert(code.OperandType == OperandType.InlineNone, "an operand is missing");
        _generator.Emit(code);
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
        CheckSize();
        _generator.Emit(code, target);
    }

    /// <summary><c>switch</c>; without targets it only takes its operand.</summary>
    public void Switch(Label[] targets)
    {
        if (targets.Length == 0)
        {
            _generator.Emit(Il.Pop);
            return;
        }
        _generator.Emit(Il.Switch, targets);
    }

    /// <summary>A call of a static method.</summary>
    public void Call(MethodInfo method)
    {
        CheckSize();
        _generator.Emit(Il.Call, method);
    }

    /// <summary>A call of the code pointer on top of the IL stack.</summary>
    public void CallIndirect(Type result, Type[] parameters)
    {
        CheckSize();
        _generator.EmitCalli(Il.Calli, CallingConventions.Standard, result, parameters, null);
    }

    /// <summary>The entry point of a method.</summary>
    public void LoadFunction(MethodInfo method) => _generator.Emit(Il.Ldftn, method);

    /// <summary>An instruction with a field.</summary>
    public void Emit(OpCode code, FieldInfo field) => _generator.Emit(code, field);

    /// <summary>An instruction with a type.</summary>
    public void Emit(OpCode code, Type type) => _generator.Emit(code, type);

    /// <summary>A constant.</summary>
    public void LoadInt32(int value)
    {
        switch (value)
        {
            case >= -1 and <= 8:
                _generator.Emit(ShortConstants[value + 1]);
                break;
            case >= sbyte.MinValue and <= sbyte.MaxValue:
                _generator.Emit(Il.Ldc_I4_S, (sbyte)value);
                break;
            default:
                _generator.Emit(Il.Ldc_I4, value);
                break;
        }
    }

    /// <summary>A constant.</summary>
    public void LoadInt64(long value)
    {
        if (value is >= int.MinValue and <= int.MaxValue)
        {
            LoadInt32((int)value);
            _generator.Emit(Il.Conv_I8);
        }
        else
        {
            _generator.Emit(Il.Ldc_I8, value);
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
            _generator.Emit(Il.Ldc_R4, value);
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
            _generator.Emit(Il.Ldc_R8, value);
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

    private void CheckSize()
    {
        if (_generator.ILOffset > MaximumBytes)
        {
            throw new FunctionTooLargeException("is too large");
        }
    }

    private void Variable(int index, OpCode[] shortest, OpCode shorter, OpCode general)
    {
        if (index < shortest.Length)
        {
            _generator.Emit(shortest[index]);
        }
        else if (index <= byte.MaxValue)
        {
            _generator.Emit(shorter, (byte)index);
        }
        else
        {
            _generator.Emit(general, unchecked((short)index));
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
