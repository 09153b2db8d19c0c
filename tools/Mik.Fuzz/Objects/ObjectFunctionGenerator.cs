using Mik.Fuzz.Modules;
using Mik.Wasm.Model;

namespace Mik.Fuzz.Objects;

/// <summary>Makes the body of one function: statements, whose operands are expressions of the type that is needed.</summary>
internal sealed class ObjectFunctionGenerator
{
    private const int Deepest = 4;
    private const int SegmentBytes = 64;

    private readonly ObjectModuleGenerator _module;
    private readonly RandomSource _random;
    private readonly int _function;
    private readonly ObjectType _type;
    private readonly ObjectTypes _types;
    private readonly ByteWriter _code = new();
    private readonly ValueOf[] _locals;
    private int _labels;

    public ObjectFunctionGenerator(ObjectModuleGenerator module, RandomSource random, int function)
    {
        (_module, _random, _function, _types) = (module, random, function, module.Types);
        _type = _types.All[module.Functions[function]];
        ValueOf[] always =
            [ValueOf.I32, ValueOf.I64, ValueOf.F32, ValueOf.F64, ValueOf.V128, ValueOf.Any, ValueOf.Eq, ValueOf.I31, ValueOf.Extern, ValueOf.Exn];
        _locals = [.. _type.Parameters, .. always, .. Enumerable.Range(0, 6).Select(_ => ValueOf.To(random.Below(_types.All.Count)))];
    }

    /// <summary>The body: locals, instructions and the final end.</summary>
    public byte[] Generate()
    {
        _code.Items([.. _locals.Skip(_type.Parameters.Length)], (code, local) => local.Write(code.Unsigned(1)));
        TakeFuel();
        for (var local = _type.Parameters.Length; local < _locals.Length; local++)
        {
            // Else most of what is done with objects would be a trap for null.
            if (!_locals[local].IsNumber && _locals[local] != ValueOf.Exn && !_random.OneIn(20))
            {
                Reference(_locals[local], 2);
                _code.Byte(0x21).Unsigned((ulong)local);
            }
        }
        Statements(2 + _random.Below(8), Deepest);
        foreach (var result in _type.Results)
        {
            Value(result, Deepest);
        }
        return _code.Byte(0x0B).ToArray();
    }

    private void Statements(int count, int depth)
    {
        for (; count > 0; count--)
        {
            Statement(depth);
        }
    }

    private void Statement(int depth)
    {
        switch (_random.Below(depth > 1 ? 16 : 9))
        {
            case 0 or 1 or 2:
                SetLocal(depth);
                break;
            case 3:
                SetGlobal(depth);
                break;
            case 4 or 5:
                SetField(depth);
                break;
            case 6:
                SetElements(depth);
                break;
            case 7:
                // What a function learns of objects is seen in memory.
                _code.Byte(0x41).Signed(_random.Below(1000));
                Value(ValueOf.I32, depth - 1);
                _code.Byte(0x36).Unsigned(0).Unsigned(0);
                break;
            case 8 when _labels > 0 && _random.OneIn(2):
                Value(ValueOf.I32, depth - 1);
                _code.Byte(0x0D).Unsigned((ulong)_random.Below(_labels));
                break;
            case 9 or 10:
                Call(depth, null);
                break;
            case 11:
                Value(ValueOf.I32, depth - 1);
                Nested(0x04, depth);
                break;
            case 12:
                Nested(_random.Pick<byte>([0x02, 0x03]), depth);
                break;
            case 13:
                Throw(depth);
                break;
            case 14 or 15:
                Try(depth);
                break;
            default:
                SetLocal(depth);
                break;
        }
    }

    private void Nested(byte kind, int depth)
    {
        _code.Byte(kind).Byte(0x40);
        var labels = _labels;
        // A branch to a loop's label goes round once more, which takes fuel; blocks inside have labels of their own.
        _labels++;
        if (kind == 0x03)
        {
            TakeFuel();
        }
        Statements(1 + _random.Below(4), depth - 1);
        if (kind == 0x04 && _random.OneIn(2))
        {
            _code.Byte(0x05);
            Statements(1 + _random.Below(3), depth - 1);
        }
        _labels = labels;
        _code.Byte(0x0B);
    }

    private void SetLocal(int depth)
    {
        var local = _random.Below(_locals.Length);
        Value(_locals[local], depth - 1);
        _code.Byte(0x21).Unsigned((ulong)local);
    }

    private void SetGlobal(int depth)
    {
        var global = 1 + _random.Below(_module.Globals.Length - 1);
        Value(_module.Globals[global], depth - 1);
        _code.Byte(0x24).Unsigned((ulong)global);
    }

    private void SetField(int depth)
    {
        var index = Type(FormOf.Struct, type => type.Fields.Any(field => field.IsMutable));
        if (index < 0)
        {
            return;
        }
        var fields = _types.All[index].Fields;
        var field = _random.Pick<int>([.. Enumerable.Range(0, fields.Length).Where(i => fields[i].IsMutable)]);
        Target(index, depth);
        Value(fields[field].Type, depth - 1);
        _code.Byte(0xFB).Unsigned(5).Unsigned((ulong)index).Unsigned((ulong)field);
    }

    private void SetElements(int depth)
    {
        var index = Type(FormOf.Array, type => type.Fields[0].IsMutable);
        if (index < 0)
        {
            return;
        }
        var element = _types.All[index].Fields[0];
        Target(index, depth);
        Small();
        switch (_random.Below(4))
        {
            case 0:
                Value(element.Type, depth - 1);
                Small();
                _code.Byte(0xFB).Unsigned(16).Unsigned((ulong)index);
                break;
            case 1:
                Target(index, depth);
                Small();
                Small();
                _code.Byte(0xFB).Unsigned(17).Unsigned((ulong)index).Unsigned((ulong)index);
                break;
            case 2 when element.Type.IsNumber && element.Type != ValueOf.V128:
                Small();
                Small();
                _code.Byte(0xFB).Unsigned(18).Unsigned((ulong)index).Unsigned(0);
                break;
            default:
                Value(element.Type, depth - 1);
                _code.Byte(0xFB).Unsigned(14).Unsigned((ulong)index);
                break;
        }
    }

    /// <summary>A call whose results are dropped but one of the wanted type, which is left.</summary>
    private void Call(int depth, ValueOf? wanted)
    {
        // Mostly functions behind this one: else nearly every call goes round until there is no fuel.
        var first = _random.OneIn(8) ? 0 : _function + 1;
        int[] fitting = [.. Enumerable.Range(first, _module.Functions.Length - first)
            .Where(index => wanted is not { } type || _types.All[_module.Functions[index]].Results is [var only] && _types.IsSub(only, type))];
        if (fitting.Length == 0)
        {
            Leaf(wanted ?? ValueOf.I32);
            if (wanted is null)
            {
                _code.Byte(0x1A);
            }
            return;
        }
        var function = _random.Pick<int>(fitting);
        var index = _module.Functions[function];
        var callee = _types.All[index];
        foreach (var parameter in callee.Parameters)
        {
            Value(parameter, depth - 1);
        }
        if (_random.OneIn(2))
        {
            Null(ValueOf.To(index));
            _code.Byte(0x14).Unsigned((ulong)index);
        }
        else
        {
            _code.Byte(0x10).Unsigned((ulong)function);
        }
        for (var i = 0; wanted is null && i < callee.Results.Length; i++)
        {
            _code.Byte(0x1A);
        }
    }

    private void Throw(int depth)
    {
        Value(ValueOf.I32, depth - 1);
        _code.Byte(0x41).Signed(7).Byte(0x71).Byte(0x45).Byte(0x04).Byte(0x40);
        if (_random.OneIn(8))
        {
            // A caught exception again, and seldom null, which traps.
            var caught = (ulong)Array.LastIndexOf(_locals, ValueOf.Exn);
            if (_random.OneIn(8))
            {
                _code.Byte(0x20).Unsigned(caught).Byte(0x0A);
            }
            else
            {
                _code.Byte(0x02).Byte(0x40).Byte(0x20).Unsigned(caught).Byte(0xD5).Unsigned(0).Byte(0x0A).Byte(0x0B);
            }
        }
        else
        {
            var tag = _random.Below(_module.Tags.Length);
            foreach (var parameter in _types.All[_module.Tags[tag]].Parameters)
            {
                Value(parameter, depth - 1);
            }
            _code.Byte(0x08).Unsigned((ulong)tag);
        }
        _code.Byte(0x0B);
    }

    /// <summary>Statements with a handler, whose values go to locals.</summary>
    private void Try(int depth)
    {
        var tag = _random.Below(_module.Tags.Length);
        var clause = _random.Below(4);
        ValueOf[] values =
            [.. clause < 2 ? _types.All[_module.Tags[tag]].Parameters : [], .. clause is 1 or 3
                ? (ReadOnlySpan<ValueOf>)[ValueOf.Exn with { IsNonNull = true }] : []];
        var block = values.Length == 0 ? -1 : _types.FunctionType([], values);
        _code.Byte(0x02).Byte(0x40);
        BlockType(0x02, block);
        _code.Byte(0x1F).Byte(0x40).Unsigned(1).Byte(clause);
        if (clause < 2)
        {
            _code.Unsigned((ulong)tag);
        }
        // The label is counted from outside of this instruction.
        _code.Unsigned(0);
        var labels = _labels;
        _labels = 0;
        Statements(1 + _random.Below(5), depth - 1);
        _labels = labels;
        _code.Byte(0x0B);
        // Nothing was thrown: out of both blocks.
        _code.Byte(0x0C).Unsigned(1).Byte(0x0B);
        foreach (var value in values.Reverse())
        {
            var local = Array.FindIndex(_locals, local => _types.IsSub(value, local));
            _ = local < 0 || _random.OneIn(6) ? _code.Byte(0x1A) : _code.Byte(0x21).Unsigned((ulong)local);
        }
        _code.Byte(0x0B);
    }

    private void BlockType(byte kind, int type)
    {
        _code.Byte(kind);
        _ = type < 0 ? _code.Byte(0x40) : _code.Signed(type);
    }

    /// <summary>An expression of a type.</summary>
    private void Value(ValueOf wanted, int depth)
    {
        if (depth <= 0 || _random.OneIn(4))
        {
            Leaf(wanted);
        }
        else if (_random.OneIn(8))
        {
            Call(depth, wanted);
        }
        else if (FieldOf(wanted, depth))
        {
            return;
        }
        else if (wanted.IsNumber)
        {
            Number(wanted, depth);
        }
        else
        {
            Reference(wanted, depth);
        }
    }

    /// <summary>Something without operands.</summary>
    private void Leaf(ValueOf wanted)
    {
        int[] locals = [.. Enumerable.Range(0, _locals.Length).Where(index => _types.IsSub(_locals[index], wanted))];
        if (locals.Length > 0 && !_random.OneIn(3))
        {
            _code.Byte(0x20).Unsigned((ulong)_random.Pick<int>(locals));
        }
        else if (wanted.IsNumber)
        {
            Constant(wanted);
        }
        else
        {
            Null(wanted);
        }
    }

    private void Null(ValueOf wanted)
    {
        int[] functions = [.. Enumerable.Range(0, _module.Functions.Length).Where(index => _types.IsSub(ValueOf.To(_module.Functions[index]), wanted))];
        if (functions.Length > 0)
        {
            _code.Byte(0xD2).Unsigned((ulong)_random.Pick<int>(functions));
            return;
        }
        _code.Byte(0xD0);
        wanted.WriteHeap(_code);
        if (wanted.IsNonNull)
        {
            _code.Byte(0xD4);
        }
    }

    /// <summary>A field or an element that has the type, if there is one.</summary>
    private bool FieldOf(ValueOf wanted, int depth)
    {
        var found = Enumerable.Range(0, _types.All.Count).SelectMany(index => _types.All[index].Fields.Select((field, number) => (index, number, field)))
            .Where(item => _types.IsSub(item.field.Type, wanted)).ToArray();
        if (found.Length == 0 || _random.OneIn(2))
        {
            return false;
        }
        var (type, place, chosen) = _random.Pick<(int, int, FieldOf)>(found);
        var variant = chosen.Packing == 0 ? 0 : 1 + _random.Below(2);
        Target(type, depth);
        if (_types.All[type].Form == FormOf.Struct)
        {
            _code.Byte(0xFB).Unsigned((ulong)(2 + variant)).Unsigned((ulong)type).Unsigned((ulong)place);
        }
        else
        {
            Small();
            _code.Byte(0xFB).Unsigned((ulong)(11 + variant)).Unsigned((ulong)type);
        }
        return true;
    }

    /// <summary>An object to look into: seldom null.</summary>
    private void Target(int index, int depth)
    {
        if (_random.OneIn(25))
        {
            Value(ValueOf.To(index), depth - 1);
        }
        else
        {
            New(ValueOf.To(index), depth - 1);
        }
    }

    private void Number(ValueOf wanted, int depth)
    {
        if (wanted == ValueOf.I32)
        {
            Integer(depth);
        }
        else if (wanted == ValueOf.I64)
        {
            Value(wanted, depth - 1);
            Value(wanted, depth - 1);
            _code.Byte(_random.Pick<byte>([0x7C, 0x7D, 0x7E, 0x83, 0x84, 0x85]));
        }
        else if (wanted == ValueOf.F32 || wanted == ValueOf.F64)
        {
            // From integers, so that there is no NaN, whose bits engines choose freely.
            Value(ValueOf.I32, depth - 1);
            _code.Byte(wanted == ValueOf.F32 ? 0xB2 : 0xB7);
        }
        else
        {
            Value(ValueOf.I64, depth - 1);
            _code.Byte(0xFD).Unsigned(18);
        }
    }

    private void Integer(int depth)
    {
        switch (_random.Below(8))
        {
            case 0:
                Value(ValueOf.Eq, depth - 1);
                Value(ValueOf.Eq, depth - 1);
                _code.Byte(0xD3);
                break;
            case 1 or 2:
                var target = AnyTarget();
                Value(_types.TopOf(target), depth - 1);
                _code.Byte(0xFB).Unsigned(target.IsNonNull ? 20u : 21u);
                target.WriteHeap(_code);
                break;
            case 3:
                Target(Type(FormOf.Array, _ => true), depth);
                _code.Byte(0xFB).Unsigned(15);
                break;
            case 4:
                Value(ValueOf.I32, depth - 1);
                _code.Byte(0xFB).Unsigned(28).Byte(0xFB).Unsigned((ulong)(29 + _random.Below(2)));
                break;
            case 5:
                Value(_types.Reference(_types.All.Count), depth - 1);
                _code.Byte(0xD1);
                break;
            case 6:
                Value(ValueOf.I64, depth - 1);
                _code.Byte(0xA7);
                break;
            default:
                Value(ValueOf.I32, depth - 1);
                Value(ValueOf.I32, depth - 1);
                _code.Byte(_random.Pick<byte>([0x6A, 0x6B, 0x6C, 0x71, 0x72, 0x73, 0x46, 0x48, 0x49]));
                break;
        }
    }

    private void Reference(ValueOf wanted, int depth)
    {
        if (wanted.Code is 0x70 or 0x69)
        {
            Leaf(wanted);
        }
        else if (wanted.Code == 0x6F)
        {
            Value(ValueOf.Any, depth - 1);
            _code.Byte(0xFB).Unsigned(27);
        }
        else if (_random.OneIn(6))
        {
            Cast(wanted, depth);
        }
        else if (_random.OneIn(6))
        {
            BranchOnCast(wanted, depth);
        }
        else if (wanted.Code is 0x6C || (wanted.Code is 0x6E or 0x6D && _random.OneIn(3)))
        {
            Value(ValueOf.I32, depth - 1);
            _code.Byte(0xFB).Unsigned(28);
        }
        else if (wanted.Code == 0x6E && _random.OneIn(4))
        {
            Value(ValueOf.Extern, depth - 1);
            _code.Byte(0xFB).Unsigned(26);
        }
        else
        {
            New(wanted, depth);
        }
    }

    private void New(ValueOf wanted, int depth)
    {
        int[] fitting = [.. Enumerable.Range(0, _types.All.Count)
            .Where(index => _types.All[index].Form != FormOf.Function && _types.IsSub(ValueOf.To(index) with { IsNonNull = true }, wanted))];
        if (fitting.Length == 0)
        {
            Leaf(wanted);
            return;
        }
        var index = _random.Pick<int>(fitting);
        var type = _types.All[index];
        if (type.Form == FormOf.Struct)
        {
            var isDefault = _random.OneIn(4);
            foreach (var field in isDefault ? [] : type.Fields)
            {
                Value(field.Type, depth - 1);
            }
            _code.Byte(0xFB).Unsigned(isDefault ? 1u : 0u).Unsigned((ulong)index);
            return;
        }
        var element = type.Fields[0].Type;
        switch (_random.Below(8))
        {
            case 0 or 3:
                Value(element, depth - 1);
                Length();
                _code.Byte(0xFB).Unsigned(6).Unsigned((ulong)index);
                break;
            case 1:
                var count = _random.OneIn(6) ? _random.Below(4) : 8;
                for (var i = 0; i < count; i++)
                {
                    Value(element, Math.Min(depth - 1, _random.OneIn(6) ? 1 : 0));
                }
                _code.Byte(0xFB).Unsigned(8).Unsigned((ulong)index).Unsigned((ulong)count);
                break;
            case 2 when element.IsNumber && element != ValueOf.F32 && element != ValueOf.F64:
                _code.Byte(0x41).Signed(0).Byte(0x41).Signed(element == ValueOf.V128 ? 4 : 8);
                _code.Byte(0xFB).Unsigned(9).Unsigned((ulong)index).Unsigned(0);
                break;
            default:
                Length();
                _code.Byte(0xFB).Unsigned(7).Unsigned((ulong)index);
                break;
        }
    }

    private void Cast(ValueOf wanted, int depth)
    {
        Value(_random.OneIn(25) ? _types.TopOf(wanted) : wanted, depth - 1);
        _code.Byte(0xFB).Unsigned(wanted.IsNonNull ? 22u : 23u);
        wanted.WriteHeap(_code);
    }

    /// <summary>A block that gives what its operand is when it is of the type, and something else when not.</summary>
    private void BranchOnCast(ValueOf wanted, int depth)
    {
        var top = _types.TopOf(wanted);
        _code.Byte(0x02);
        wanted.Write(_code);
        Value(top, depth - 1);
        _code.Byte(0xFB).Unsigned(24).Byte(wanted.IsNonNull ? 1 : 3).Unsigned(0);
        top.WriteHeap(_code);
        wanted.WriteHeap(_code);
        _code.Byte(0x1A);
        Leaf(wanted);
        _code.Byte(0x0B);
    }

    private ValueOf AnyTarget() => _types.Reference(_types.All.Count) with { IsNonNull = _random.OneIn(2) };

    private int Type(FormOf form, Func<ObjectType, bool> fits)
    {
        int[] fitting = [.. Enumerable.Range(0, _types.All.Count).Where(index => _types.All[index].Form == form && fits(_types.All[index]))];
        return fitting.Length == 0 ? -1 : _random.Pick<int>(fitting);
    }

    private void Small() => _code.Byte(0x41).Signed(_random.OneIn(200) ? (int)_random.Integer() & 0xFFFF : _random.Below(4));

    // Mostly so long that the small indices are inside.
    private void Length() => _code.Byte(0x41).Signed(_random.OneIn(40) ? _random.Below(4) : 16 + _random.Below(8));

    private void Constant(ValueOf type) => FunctionGenerator.WriteConstant(_code, _random, new((WasmTypeKind)type.Code));

    private void TakeFuel() => FunctionGenerator.TakeFuel(_code);
}
