using System.Collections.Immutable;
using System.Globalization;
using System.Reflection;
using System.Reflection.Emit;
using Mik.Wasm.Execution;
using Mik.Wasm.Model;
using Mik.Wasm.Translation;

namespace Mik.Conformance.Tests.IlProof;

/// <summary>
/// Proves of one emitted method that each access to native memory is inside what it belongs to, that each call through a pointer has the
/// type it is called with, that calls are made below the stack limit, and that loops look at the interrupt flag. It knows nothing of how the
/// translator decides; it follows values through the code, block by block, until nothing changes any more.
/// </summary>
internal sealed class MethodProver
{
    private readonly MethodUnderProof _method;
    private readonly List<IlInstruction> _code;
    private readonly Dictionary<int, int> _indexAt = [];
    private readonly SortedSet<int> _blocks = [0];
    private readonly Dictionary<int, ProofState> _states = [];
    private readonly Dictionary<int, SortedDictionary<int, ProofState>> _ways = [];
    private readonly SortedSet<int> _pending = [];
    private readonly List<string> _complaints = [];
    private readonly Stack<IlValue> _stack = new();
    private readonly AccessRules _accesses;
    private readonly ObjectRules _objects;
    private readonly bool[] _throwers;
    private ProofState _state = null!;
    private const int CorElementTypeVoid = 1;

    private int _block;
    private int _referenceCalls;
    private bool _isFinal;

    public MethodProver(MethodUnderProof method, List<IlInstruction> code)
    {
        _method = method;
        _code = code;
        _accesses = new AccessRules(method, Knows, Complain);
        _objects = new ObjectRules(method, Knows, Complain);
        _throwers = method.Module.UsesExceptions ? Throwers.Find(method.Module) : [];
        for (var i = 0; i < code.Count; i++)
        {
            _indexAt.Add(code[i].Offset, i);
        }
        for (var i = 0; i < code.Count; i++)
        {
            foreach (var target in code[i].Targets)
            {
                _blocks.Add(_indexAt[target]);
            }
            if ((code[i].Targets.Length > 0 || !code[i].FallsThrough) && i + 1 < code.Count)
            {
                _blocks.Add(i + 1);
            }
        }
    }

    /// <summary>What is wrong; empty when all is proved.</summary>
    public IReadOnlyList<string> Prove()
    {
        Reach(0, Initial(), 2);
        while (_pending.Count > 0)
        {
            var block = _pending.Min;
            _pending.Remove(block);
            Run(block);
        }
        _isFinal = true;
        foreach (var block in _states.Keys.Order())
        {
            Run(block);
        }
        return _complaints;
    }

    private ProofState Initial()
    {
        var arguments = new IlValue[_method.ArgumentCount];
        for (var i = 0; i < arguments.Length; i++)
        {
            arguments[i] = new Unknown("argument", i);
        }
        arguments[0] = new Known(KnownKind.Context);
        if (_method.CallersBufferSize > 0)
        {
            var buffer = arguments.Length - 1 - _method.ResultPlaces;
            arguments[buffer] = new Known(KnownKind.CallersBuffer, _method.CallersBufferSize);
            arguments.AsSpan(buffer + 1).Fill(new Known(KnownKind.ResultPlace));
        }
        var locals = new IlValue[_method.LocalCount];
        Array.Fill(locals, new Unknown("nothing", 0));
        return new ProofState(locals, arguments, ImmutableDictionary<Fact, long>.Empty, new Epoch(0));
    }

    private void Run(int block)
    {
        _block = block;
        _state = _states[block].Copy();
        _stack.Clear();
        for (var i = block; i < _code.Count; i++)
        {
            if (i != block && _blocks.Contains(i))
            {
                Reach(i, _state, 0);
                return;
            }
            var instruction = _code[i];
            Step(instruction, i);
            if (instruction.Targets.Length > 0 || !instruction.FallsThrough)
            {
                return;
            }
        }
    }

    /// <param name="block">The block that is reached.</param>
    /// <param name="state">What is known then.</param>
    /// <param name="way">Which way out of the running block this is: 0 onward, 1 by a branch, 2 the entry of the method.</param>
    private void Reach(int block, ProofState state, int way)
    {
        if (_isFinal)
        {
            return;
        }
        // Every way into a block counts as it is now, not as it was when less was known of the loops around it.
        if (!_ways.TryGetValue(block, out var ways))
        {
            _ways.Add(block, ways = []);
        }
        ways[(_block * 4) + way] = state.Prune().Copy();
        var merged = ways.Values.Aggregate((one, other) => one.Merge(other, block));
        if (!_states.TryGetValue(block, out var known) || !merged.Says(known))
        {
            _states[block] = merged;
            _pending.Add(block);
        }
    }

    private void Step(IlInstruction instruction, int index)
    {
        var name = instruction.Code.Name!;
        switch (name.Split('.')[0])
        {
            case "ldarg":
                _stack.Push(_state.Arguments[instruction.Number]);
                break;
            case "starg":
                _state.Arguments[instruction.Number] = Pop();
                if (instruction.Number == 0)
                {
                    Complain(index, "the context is overwritten");
                }
                break;
            case "ldloc":
                _stack.Push(_state.Locals[instruction.Number]);
                break;
            case "stloc":
                _state.Locals[instruction.Number] = Pop();
                break;
            case "ldloca":
                _stack.Push(new Known(KnownKind.LocalAddress));
                break;
            case "ldc" when !name.StartsWith("ldc.r", StringComparison.Ordinal):
                _stack.Push(new Constant(instruction.Number));
                break;
            case "conv":
                _stack.Push(Converted(name, Pop(), index));
                break;
            case "add" or "sub":
                var addend = Pop();
                _stack.Push(Added(Pop(), addend, name == "add" ? 1 : -1, index));
                break;
            case "shl":
                var amount = Pop();
                var shifted = Pop();
                _stack.Push(amount == new Constant(3) ? new TimesEight(shifted) : new Unknown("shl", index));
                break;
            case "ldind" or "ldobj":
                _stack.Push(_accesses.Load(Pop(), instruction, index, _state.Epoch));
                break;
            case "stind" or "stobj":
                Pop();
                _accesses.Store(Pop(), instruction, index, _state.Epoch);
                break;
            case "localloc":
                _stack.Push(Pop() is Constant size ? new Known(KnownKind.ResultBuffer, (int)size.Number) : new Unknown("localloc", index));
                break;
            case "call":
                Call((MethodInfo)instruction.Member!, index);
                break;
            case "calli":
                CallIndirect(instruction, index);
                break;
            case "ldnull":
                _stack.Push(new Constant(0));
                break;
            case "newobj":
                _stack.Push(_objects.New((ConstructorInfo)instruction.Member!, index));
                break;
            case "ldfld":
                LoadField((FieldInfo)instruction.Member!, index);
                break;
            case "stfld":
                var written = Pop();
                _objects.Store(Pop(), (FieldInfo)instruction.Member!, written, index);
                break;
            case "ldlen":
                _stack.Push(new ArrayLength(Pop()));
                break;
            case "ldelem" or "ldelema":
                var element = Pop();
                _stack.Push(_objects.Element(Pop(), element, name, index));
                break;
            case "stelem":
                Pop();
                var place = Pop();
                _objects.Element(Pop(), place, name, index);
                break;
            case "cpblk" or "initblk" or "stsfld" or "jmp" or "ldftn" or "dup":
                Complain(index, $"{name} has no rule");
                break;
            default:
                StepByShape(instruction, index);
                break;
        }
    }

    private void StepByShape(IlInstruction instruction, int index)
    {
        if (instruction.Code.OpCodeType == OpCodeType.Prefix)
        {
            return;
        }
        if (instruction.Targets.Length > 0)
        {
            Branch(instruction, index);
            return;
        }
        if (instruction.Code.FlowControl == FlowControl.Return)
        {
            CheckLooked(index);
            return;
        }
        for (var i = Pops(instruction.Code.StackBehaviourPop); i > 0; i--)
        {
            Pop();
        }
        if (instruction.Code.StackBehaviourPush != StackBehaviour.Push0)
        {
            _stack.Push(new Unknown("value", index));
        }
    }

    private void LoadField(FieldInfo field, int index)
    {
        var holder = Pop();
        var value = _objects.Load(holder, field, index);
        _stack.Push(value);
        if (ObjectRules.IsNeverNull(field))
        {
            _state = With(FactKind.NotNull, value, 1);
        }
        if (Knows(new(FactKind.HasLength, holder)) is > 0 and var length)
        {
            _state = With(FactKind.HasLength, value, length);
        }
    }

    private static int Pops(StackBehaviour behaviour) => behaviour switch
    {
        StackBehaviour.Pop0 => 0,
        StackBehaviour.Pop1 or StackBehaviour.Popi or StackBehaviour.Popref => 1,
        StackBehaviour.Pop1_pop1 or StackBehaviour.Popi_pop1 or StackBehaviour.Popi_popi => 2,
        _ => throw new NotSupportedException(behaviour.ToString()),
    };

    private static IlValue Converted(string name, IlValue value, int index) => (name, value) switch
    {
        ("conv.i4", ArrayLength) => value,
        ("conv.u8", Constant constant) => new Constant((uint)constant.Number),
        ("conv.u8", _) => new ZeroExtended(value),
        ("conv.i8" or "conv.i" or "conv.u", _) when value is Constant or Known => value,
        _ => new Unknown(name, index),
    };

    private static IlValue Added(IlValue first, IlValue second, int sign, int index)
    {
        if (second is Constant number)
        {
            return first switch
            {
                Constant => new Unknown("sum", index),
                Sum sum => sum with { Number = sum.Number + (sign * number.Number) },
                _ when number.Number == 0 => first,
                _ => new Sum(first, null, sign * number.Number),
            };
        }
        return (first, sign) switch
        {
            (Sum { Second: null } sum, 1) => sum with { Second = second },
            (Known or TableValue, 1) => new Sum(first, second, 0),
            _ => new Unknown("sum", index),
        };
    }

    private void Branch(IlInstruction instruction, int index)
    {
        var name = instruction.Code.Name!;
        var operands = Pops(instruction.Code.StackBehaviourPop);
        var second = operands == 2 ? Pop() : null;
        var first = operands >= 1 ? Pop() : null;
        if (_stack.Count != 0)
        {
            Complain(index, "values are left on the stack at a branch");
        }
        if (first is Unknown { Origin: AccessRules.Pending } && name is "brtrue")
        {
            _state = _state with { Facts = _state.Facts.Remove(new(FactKind.MayHaveThrown, null)) };
        }
        CheckLooked(index);
        // What is never reached needs no proof.
        var always = name.StartsWith("br.", StringComparison.Ordinal) || name == "br" || (name is "brfalse" && first is Constant { Number: 0 });
        foreach (var target in instruction.Targets)
        {
            var place = _indexAt[target];
            if (place <= index && !_accesses.LooksAtInterruptFlag(_code, place, _isFinal ? _states[place].Locals : _state.Locals))
            {
                Complain(index, "a branch back leads to no test of the interrupt flag");
            }
            Reach(
                place,
                (name, first, second) switch
                {
                    ("brtrue", Unknown, _) => With(FactKind.NotNull, first, 1),
                    ("beq", ReferenceField { Offset: 16 } field, Constant type) => With(FactKind.HasType, field.Reference, type.Number),
                    _ => _state,
                },
                1);
        }
        if (always)
        {
            return;
        }
        var next = (name, first, second) switch
        {
            ("bgt", ZeroExtended or Constant { Number: >= 0 }, _) when MemoryEnd(second) is var (memory, end) => InMemory(first, memory, end),
            ("bgt.un", _, _) when MemoryEnd(second) is var (memory, end) && (end == 0 || Knows(new(FactKind.NotNegative, second)) > 0) =>
                InMemory(first!, memory, end),
            ("blt", _, Constant { Number: 0 }) => With(FactKind.NotNegative, first, 1),
            ("bge.un", _, ArrayLength length) => With(FactKind.InArray, new ElementOf(length.Array, first!), 1),
            ("bge.un", _, TableValue { IsLength: true } length) => With(FactKind.InTable, first, 1, length.Table, length.Epoch),
            ("brfalse", IsSubtypeOf subtype, _) => With(FactKind.HasType, subtype.Reference, subtype.Number),
            ("brfalse", not null, _) => With(FactKind.NotNull, first, 1),
            ("bne.un", ReferenceField { Offset: 16 } field, Constant type) => With(FactKind.HasType, field.Reference, type.Number),
            ("blt.un", _, _) when AccessRules.IsFrameAddress(first!) && second is Unknown { Origin: "stack limit" } => With(FactKind.StackChecked, null, 1),
            _ => _state,
        };
        Reach(index + 1, next, 0);
    }

    private static (int Memory, long End)? MemoryEnd(IlValue? value) => value switch
    {
        Known { Kind: KnownKind.MemoryLength } length => (length.Index, 0),
        Sum { First: Known { Kind: KnownKind.MemoryLength } length, Second: null, Number: <= 0 } sum => (length.Index, -sum.Number),
        _ => null,
    };

    private ProofState InMemory(IlValue address, int memory, long end) => address is Constant constant
        ? With(FactKind.InMemory, null, constant.Number + end, memory)
        : With(FactKind.InMemory, address, end, memory);

    private ProofState With(FactKind kind, IlValue? value, long number, int index = 0, Epoch? epoch = null)
    {
        var fact = new Fact(kind, value, index, epoch);
        return _state with { Facts = _state.Facts.SetItem(fact, Math.Max(number, kind == FactKind.HasType ? number : Knows(fact))) };
    }

    private long Knows(Fact fact) => _state.Facts.GetValueOrDefault(fact);

    private void Call(MethodInfo method, int index)
    {
        var parameters = method.GetParameters();
        var arguments = Pop(parameters.Length);
        CheckLooked(index);
        if (method.Name == nameof(RuntimeOperations.IsSubtype))
        {
            _stack.Push(
                arguments is [ReferenceField { Offset: 16 } field, Constant number]
                    ? new IsSubtypeOf(field.Reference, number.Number) : new Unknown("result", index));
            return;
        }
        if (_method.IsGuest(method))
        {
            if (arguments[0] != new Known(KnownKind.Context))
            {
                Complain(index, $"{method.Name} is called with something that is not this context");
            }
            CheckStack(index, isBody: method.Name == _method.Name + " (body)", method.Name);
        }
        else if (method.DeclaringType == typeof(ArrayOperations) || method.DeclaringType == typeof(ObjectOperations))
        {
            _objects.CheckCall(method, parameters, arguments, index);
        }
        else
        {
            _accesses.CheckRuntimeCall(method, parameters, arguments, index);
        }
        EndCall(method.ReturnType != typeof(void), index, isPure: !_method.IsGuest(method) && AccessRules.IsPure(method));
        if (method.DeclaringType == typeof(ArrayOperations) && method.ReturnType == typeof(object))
        {
            _state = With(FactKind.NotNull, _stack.Peek(), 1);
            if (method.Name == nameof(ArrayOperations.New) && arguments[^1] is Constant length)
            {
                _state = With(FactKind.HasLength, _stack.Peek(), length.Number);
            }
        }
        if (method.Name == nameof(RuntimeOperations.PendingException))
        {
            _state = With(FactKind.NotNull, _stack.Peek(), 1);
        }
        else if (_method.IsGuest(method) && _throwers.Length > 0 && _throwers[_method.IndexOf(method)])
        {
            MayThrow(index);
        }
    }

    private void MayThrow(int index)
    {
        // After a tail call, whoever called this method looks.
        if (index + 1 < _code.Count && _code[index + 1].Code.FlowControl != FlowControl.Return)
        {
            _state = With(FactKind.MayHaveThrown, null, 1);
        }
    }

    private void CheckLooked(int index)
    {
        if (Knows(new(FactKind.MayHaveThrown, null)) > 0)
        {
            Complain(index, "a call may have thrown, and nobody looked");
        }
    }

    private void CallIndirect(IlInstruction instruction, int index)
    {
        var code = Pop();
        FunctionType? type = null;
        if (code is ReferenceField { Offset: 0 } field)
        {
            type = field.Reference is Known { Kind: KnownKind.ImportedFunction or KnownKind.DefinedFunction } import
                ? _method.Module.FunctionTypeOf(import.Index)
                : TypeRegistryReader.TypeOf(Knows(new(FactKind.HasType, field.Reference)));
        }
        if (type is null && code is ReferenceField { Offset: 0 } validated && _referenceCalls < _method.ReferenceCalls)
        {
            CallReference(instruction, validated, index);
            return;
        }
        if (type is null)
        {
            Complain(index, "a call through a pointer whose type was not compared");
            _stack.Clear();
            return;
        }
        CheckLooked(index);
        foreach (var place in Pop(type.Results.Skip(1).Count(FunctionThunks.IsObject)))
        {
            if (place is not Known { Kind: KnownKind.LocalAddress or KnownKind.ResultPlace })
            {
                Complain(index, "a call without a place for a result");
            }
        }
        var arguments = Pop(1 + type.Parameters.Length + (type.Results.Length > 1 ? 1 : 0));
        if (arguments[0] != new ReferenceField(((ReferenceField)code).Reference, 8))
        {
            Complain(index, "a call through a pointer with another function's context");
        }
        var isBuffer = arguments[^1] is Known { Kind: KnownKind.ResultBuffer or KnownKind.CallersBuffer } buffer
            && buffer.Index >= (type.Results.Length - 1) * 16;
        if (type.Results.Length > 1 && !isBuffer)
        {
            Complain(index, "a call without a buffer for its results");
        }
        CheckStack(index, isBody: false, "a pointer");
        EndCall(type.Results.Length > 0, index, isPure: false);
        if (_throwers.Length > 0)
        {
            MayThrow(index);
        }
    }

    // Validation has proved the type; that the reference is not null was needed to load the code.
    private void CallReference(IlInstruction instruction, ReferenceField code, int index)
    {
        _referenceCalls += _isFinal ? 1 : 0;
        CheckLooked(index);
        if (Pop((int)instruction.Number >> 8)[0] != new ReferenceField(code.Reference, 8))
        {
            Complain(index, "a call through a reference with another function's context");
        }
        CheckStack(index, isBody: false, "a reference");
        EndCall((instruction.Number & 0xFF) != CorElementTypeVoid, index, isPure: false);
        if (_throwers.Length > 0)
        {
            MayThrow(index);
        }
    }

    // A method that does the work of a large function is entered by its own front only, which has checked for it.
    private void CheckStack(int index, bool isBody, string callee)
    {
        if (callee.EndsWith(" (body)", StringComparison.Ordinal) && !isBody)
        {
            Complain(index, $"{callee} is called without its stack check");
        }
        if (!_method.Name.EndsWith(" (body)", StringComparison.Ordinal) && Knows(new(FactKind.StackChecked, null)) == 0)
        {
            Complain(index, "a call without a stack check before it");
        }
    }

    private void EndCall(bool hasResult, int index, bool isPure)
    {
        if (!isPure)
        {
            _state = _state with { Epoch = new Epoch(index) };
        }
        if (hasResult)
        {
            _stack.Push(new Unknown("result", index));
        }
    }

    private IlValue[] Pop(int count)
    {
        var values = new IlValue[count];
        for (var i = count - 1; i >= 0; i--)
        {
            values[i] = Pop();
        }
        return values;
    }

    private IlValue Pop() => _stack.TryPop(out var value) ? value : new Unknown("missing", 0);

    private void Complain(int index, string what)
    {
        if (_isFinal)
        {
            _complaints.Add(string.Create(CultureInfo.InvariantCulture, $"{_method.Name}, IL_{_code[index].Offset:x4} {_code[index].Code.Name}: {what}"));
        }
    }
}
