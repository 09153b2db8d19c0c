using System.Reflection.Emit;
using Mik.Wasm.Decoding;
using Mik.Wasm.Execution;
using Mik.Wasm.Model;
using Mik.Wasm.Opcodes;

namespace Mik.Wasm.Translation;

/// <summary>Translates one function: prologue, instructions one after the other through <see cref="TranslationRules"/>, trap blocks.</summary>
internal sealed class FunctionTranslator
{
    private readonly FunctionBody _body;
    private readonly FunctionSurvey _survey;
    private readonly int _resultBuffer = -1;
    private readonly List<int> _resultObjects = [];
    private int _skippedBlocks;
    private Label? _unwind;
    private StackType? _valueOnIl;
    private BitOrigin _originOnIl;

    /// <summary>Prepares the function and writes its prologue.</summary>
    /// <param name="module">What functions of the module share.</param>
    /// <param name="type">The function's type.</param>
    /// <param name="body">Its body.</param>
    /// <param name="generator">The method to fill.</param>
    /// <param name="checksStack">Whether the method compares its frame with the stack limit.</param>
    public FunctionTranslator(
        ModuleTranslation module, FunctionType type, FunctionBody body, ILGenerator generator, bool checksStack)
    {
        Module = module;
        Type = type;
        _body = body;
        _survey = new FunctionSurvey(module.Module, body);
        Il = new IlWriter(generator);
        Locals = new GuestLocals(Il, type, body);
        Pool = new LocalPool(Il);
        Stack = new ValueStack(Il, Pool, Locals) { Origins = HidesComparisons ? new BitOrigins(module.Module, type, body) : null };
        Traps = new TrapBlocks(Il, module.Module.HasLines) { Position = body.Start };
        if (checksStack && _survey.HasCalls)
        {
            StackCheck.Emit(Il, Traps[TrapKind.CallStackExhausted], 0);
        }
        InitializeLocals();
        if (HidesComparisons)
        {
            Stack.HiddenZeros = (LoadHiddenZero(StackType.I32), LoadHiddenZero(StackType.I64));
        }
        Memory = new MemoryAccess(module.Module, module.Layout, _survey, Il, Stack, Traps, Pool);
        if (_survey.HasLoops)
        {
            StateLocal = Il.DeclareLocal(typeof(nint));
            Il.LoadArgument(0);
            Il.Emit(OpCodes.Ldind_I);
            Il.StoreLocal(StateLocal);
        }
        if (_survey.MostResults > 1)
        {
            _resultBuffer = Il.DeclareLocal(typeof(nint));
            Il.LoadInt32((_survey.MostResults - 1) * CallSignature.ResultSlotSize);
            Il.Emit(OpCodes.Conv_U);
            Il.Emit(OpCodes.Localloc);
            Il.StoreLocal(_resultBuffer);
        }
    }

    public ModuleTranslation Module { get; }

    public FunctionType Type { get; }

    public IlWriter Il { get; }

    public GuestLocals Locals { get; }

    public LocalPool Pool { get; }

    public ValueStack Stack { get; }

    public TrapBlocks Traps { get; }

    public MemoryAccess Memory { get; }

    /// <summary>The open blocks, the function's own first.</summary>
    public List<BlockFrame> Frames { get; } = [];

    /// <inheritdoc cref="RotationSurvey"/>
    public bool HidesComparisons => _survey.HasRotation;

    /// <summary>What parameters and results of blocks come from.</summary>
    public BitOrigin BlockOrigin => Stack.Origins?.OfBlocks ?? BitOrigin.Other;

    /// <inheritdoc cref="FunctionSurvey.HasShift"/>
    public bool HasShift => _survey.HasShift;

    /// <summary>The IL local with the pointer to the <see cref="ExecutionState"/>; only in functions with loops.</summary>
    public int StateLocal { get; } = -1;

    /// <summary>The IL local with the buffer that callees put further results into.</summary>
    public int ResultBuffer => _resultBuffer;

    /// <summary>Where the CIL of instructions begins; null when nobody asks.</summary>
    public List<(int Il, int Position)>? Positions { get; init; }

    /// <summary>The index of the function in the module.</summary>
    public required int FunctionIndex { get; init; }

    /// <summary>Where an exception goes that a callee threw, or this function itself: to the innermost <c>try_table</c>, or out of the function.</summary>
    public Label Handler
    {
        get
        {
            for (var i = Frames.Count - 1; i >= 0; i--)
            {
                if (Frames[i].Kind == FrameKind.Try)
                {
                    return Frames[i].Dispatch ??= Il.DefineLabel();
                }
            }
            return _unwind ??= Il.DefineLabel();
        }
    }

    /// <summary>The IL local that a callee puts one of its results into, which is an object and not the first.</summary>
    public int ResultObject(int number)
    {
        while (_resultObjects.Count <= number)
        {
            _resultObjects.Add(Il.DeclareLocal(typeof(object)));
        }
        return _resultObjects[number];
    }

    /// <summary>False after an instruction that never continues, until the block ends.</summary>
    public bool IsReachable { get; set; } = true;

    /// <summary>The frame that a label means.</summary>
    public BlockFrame FrameOf(int label) => Frames[Frames.Count - 1 - label];

    /// <summary>Writes the rest of the method.</summary>
    public void Translate()
    {
        Frames.Add(new BlockFrame
        {
            Kind = FrameKind.Function,
            Type = new FunctionType([], Type.Results),
            Height = 0,
            Label = Il.DefineLabel(),
        });
        var reader = new InstructionReader(Module.Module, _body);
        while (reader.Read(out var instruction))
        {
            Traps.Position = instruction.Offset;
            Positions?.Add((Il.Length, instruction.Offset));
            if (!IsReachable && IsSkipped(instruction.Opcode))
            {
                continue;
            }
            if (_valueOnIl is { } type && TakeValue(type, instruction))
            {
                continue;
            }
            TranslationRules.Of(instruction.Opcode)(this, instruction);
        }
        EmitUnwind();
        Traps.EmitAll();
    }

    private void EmitUnwind()
    {
        if (_unwind is { } unwind)
        {
            Il.MarkLabel(unwind);
            if (Type.Results.Length > 0)
            {
                EmitZero(StackTypes.Of(Type.Results[0]));
            }
            Il.Emit(OpCodes.Ret);
        }
    }

    /// <summary>Pushes the result that is on the IL stack. It stays there if the next instruction only stores or drops it.</summary>
    /// <param name="type">Its type.</param>
    /// <param name="origin">What the compiler may find it to come from.</param>
    public void PushResult(StackType type, BitOrigin origin = BitOrigin.Other)
    {
        _valueOnIl = type;
        _originOnIl = origin;
    }

    /// <summary>The operand of a comparison, see <see cref="RotationSurvey"/>.</summary>
    public Operand ToCompare(Operand operand) => HidesComparisons && operand.MayBeRotated ? Operand.HideBits(operand) : operand;

    /// <summary>Hides the value on the IL stack, which is that of <paramref name="operand"/>, see <see cref="RotationSurvey"/>.</summary>
    public void HideOnIl(Operand operand)
    {
        if (HidesComparisons && operand.MayBeRotated && operand.Type is StackType.I32 or StackType.I64)
        {
            Stack.EmitHiddenZero(operand.Type);
            Il.Emit(OpCodes.Or);
        }
    }

    /// <summary>The rest of the block is never reached.</summary>
    public void EndReachableCode()
    {
        IsReachable = false;
        Stack.Truncate(Frames[^1].Height);
    }

    // Code that is not reached is read for its nesting only.
    private bool IsSkipped(Opcode opcode)
    {
        switch (opcode)
        {
            case Opcode.Block or Opcode.Loop or Opcode.If or Opcode.TryTable:
                _skippedBlocks++;
                return true;
            case Opcode.End when _skippedBlocks > 0:
                _skippedBlocks--;
                return true;
            case Opcode.Else:
                return _skippedBlocks > 0;
            case Opcode.End:
                return false;
            default:
                return true;
        }
    }

    private bool TakeValue(StackType type, in Instruction next)
    {
        _valueOnIl = null;
        switch (next.Opcode)
        {
            case Opcode.LocalSet:
                StoreLocal(next.Index);
                return true;
            case Opcode.LocalTee:
                StoreLocal(next.Index);
                Stack.PushLocal(next.Index);
                return true;
            case Opcode.Drop:
                Il.Emit(OpCodes.Pop);
                return true;
            default:
                Stack.PushFromIl(type, _originOnIl);
                return false;
        }
    }

    /// <summary>Writes the value on the IL stack to a local of the guest.</summary>
    public void StoreLocal(int index)
    {
        Stack.SpillReads(index);
        Locals.Store(index);
        Memory.ForgetLocal(index);
    }

    private void InitializeLocals()
    {
        if (!ModuleTranslation.ClearsLocals(_body))
        {
            return;
        }
        for (var i = Type.Parameters.Length; i < Locals.Count; i++)
        {
            EmitZero(Locals.TypeOf(i));
            Locals.Store(i);
        }
    }

    private int LoadHiddenZero(StackType type)
    {
        var local = Il.DeclareLocal(type.ToClr());
        Il.Emit(OpCodes.Ldsfld, OpaqueConstants.HiddenZero(type));
        Il.StoreLocal(local);
        return local;
    }

    /// <summary>A zero, or a null reference.</summary>
    public void EmitZero(StackType type)
    {
        switch (type)
        {
            case StackType.Object:
                Il.Emit(OpCodes.Ldnull);
                break;
            case StackType.V128:
                Il.Call(WellKnownMethods.ZeroVector);
                break;
            case StackType.F32:
                Il.LoadSingle(0);
                break;
            case StackType.F64:
                Il.LoadDouble(0);
                break;
            case StackType.I64:
                Il.LoadInt64(0);
                break;
            default:
                Il.LoadInt32(0);
                if (type == StackType.Reference)
                {
                    Il.Emit(OpCodes.Conv_I);
                }
                break;
        }
    }
}
