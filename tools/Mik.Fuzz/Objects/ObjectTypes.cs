namespace Mik.Fuzz.Objects;

/// <summary>The types of a generated module: groups of structures, arrays and functions that refer to each other and extend one another.</summary>
internal sealed class ObjectTypes
{
    private static readonly ValueOf[] Numbers = [ValueOf.I32, ValueOf.I32, ValueOf.I64, ValueOf.F32, ValueOf.F64];
    private static readonly ValueOf[] Abstract = [ValueOf.Any, ValueOf.Eq, ValueOf.I31, ValueOf.Struct, ValueOf.Array, ValueOf.Func, ValueOf.Extern];

    private readonly RandomSource _random;
    private readonly List<ObjectType> _types = [];
    private readonly List<int> _groups = [];

    /// <summary>Makes types.</summary>
    public ObjectTypes(RandomSource random)
    {
        _random = random;
        // One of each form, so that there is always something to take.
        Add([FormOf.Struct]);
        Add([FormOf.Array]);
        for (var groups = 1 + random.Below(4); groups > 0; groups--)
        {
            Add([.. Enumerable.Range(0, 1 + random.Below(3)).Select(_ => random.Pick<FormOf>([FormOf.Struct, FormOf.Struct, FormOf.Array, FormOf.Function]))]);
        }
    }

    /// <summary>The types by index.</summary>
    public IReadOnlyList<ObjectType> All => _types;

    /// <summary>The index of a function type, added as a group of its own when there is none.</summary>
    public int FunctionType(ValueOf[] parameters, ValueOf[] results)
    {
        var index = _types.FindIndex(type => type.Form == FormOf.Function && type.Super < 0 && type.IsFinal
            && type.Parameters.SequenceEqual(parameters) && type.Results.SequenceEqual(results));
        if (index < 0)
        {
            index = _types.Count;
            _types.Add(new(FormOf.Function, -1, true, [], parameters, results));
            _groups.Add(1);
        }
        return index;
    }

    /// <summary>Whether every value of one type is one of another.</summary>
    public bool IsSub(ValueOf type, ValueOf other)
    {
        if (type.IsNumber || other.IsNumber)
        {
            return type == other;
        }
        if (!type.IsNonNull && other.IsNonNull)
        {
            return false;
        }
        if (type.Code == 0 && other.Code == 0)
        {
            for (var index = type.Index; index >= 0; index = _types[index].Super)
            {
                if (index == other.Index)
                {
                    return true;
                }
            }
            return false;
        }
        if (type.Code == 0)
        {
            return Above(_types[type.Index].Form).Contains(other.Code);
        }
        return other.Code != 0 && (type.Code == other.Code
            || (other == ValueOf.Any with { IsNonNull = other.IsNonNull } && type.Code is >= 0x6A and <= 0x6D)
            || (other == ValueOf.Eq with { IsNonNull = other.IsNonNull } && type.Code is >= 0x6A and <= 0x6C));
    }

    /// <summary>The top of the hierarchy that a reference belongs to.</summary>
    public ValueOf TopOf(ValueOf type) => type.Code switch
    {
        0 => _types[type.Index].Form == FormOf.Function ? ValueOf.Func : ValueOf.Any,
        0x70 or 0x6F or 0x69 => new ValueOf(type.Code),
        _ => ValueOf.Any,
    };

    /// <summary>A type at random that has a default value.</summary>
    public ValueOf Random() => _random.OneIn(9) ? ValueOf.V128 : _random.OneIn(2) ? _random.Pick<ValueOf>(Numbers) : Reference(_types.Count);

    /// <summary>A reference with null.</summary>
    public ValueOf Reference(int known) => known > 0 && !_random.OneIn(3) ? ValueOf.To(_random.Below(known)) : _random.Pick<ValueOf>(Abstract);

    /// <summary>Writes the contents of the section.</summary>
    public void Write(ByteWriter section)
    {
        section.Unsigned((ulong)_groups.Count);
        var next = 0;
        foreach (var size in _groups)
        {
            if (size > 1)
            {
                section.Byte(0x4E).Unsigned((ulong)size);
            }
            for (var end = next + size; next < end; next++)
            {
                Write(section, _types[next]);
            }
        }
    }

    private static void Write(ByteWriter section, ObjectType type)
    {
        if (type.Super >= 0 || !type.IsFinal)
        {
            section.Byte(type.IsFinal ? 0x4F : 0x50);
            section.Items<int>(type.Super >= 0 ? [type.Super] : [], (code, index) => code.Unsigned((ulong)index));
        }
        section.Byte((int)type.Form);
        switch (type.Form)
        {
            case FormOf.Function:
                section.Items(type.Parameters, (code, value) => value.Write(code)).Items(type.Results, (code, value) => value.Write(code));
                break;
            case FormOf.Struct:
                section.Items(type.Fields, Write);
                break;
            default:
                Write(section, type.Fields[0]);
                break;
        }
    }

    private static void Write(ByteWriter section, FieldOf field)
    {
        if (field.Packing != 0)
        {
            section.Byte(field.Packing);
        }
        else
        {
            field.Type.Write(section);
        }
        section.Byte(field.IsMutable ? 1 : 0);
    }

    private static byte[] Above(FormOf form) => form switch
    {
        FormOf.Function => [0x70],
        FormOf.Struct => [0x6B, 0x6D, 0x6E],
        _ => [0x6A, 0x6D, 0x6E],
    };

    private void Add(FormOf[] forms)
    {
        var end = _types.Count + forms.Length;
        _groups.Add(forms.Length);
        foreach (var form in forms)
        {
            int[] open = [.. Enumerable.Range(0, _types.Count).Where(index => _types[index].Form == form && !_types[index].IsFinal)];
            var super = open.Length > 0 && !_random.OneIn(3) ? _random.Pick<int>(open) : -1;
            var above = super < 0 ? null : _types[super];
            _types.Add(new(
                form, super, _random.OneIn(4), form == FormOf.Function ? [] : Fields(form, above, end),
                above?.Parameters ?? (form == FormOf.Function ? Values(3, end) : []), above?.Results ?? (form == FormOf.Function ? Values(2, end) : [])));
        }
    }

    private FieldOf[] Fields(FormOf form, ObjectType? above, int known)
    {
        var inherited = above?.Fields ?? [];
        if (form == FormOf.Array)
        {
            return inherited.Length > 0 ? inherited : [Field(known)];
        }
        return [.. inherited, .. Enumerable.Range(0, _random.Below(inherited.Length > 0 ? 3 : 6)).Select(_ => Field(known))];
    }

    private FieldOf Field(int known)
    {
        var packing = _random.OneIn(4) ? _random.Pick<byte>([0x78, 0x77]) : (byte)0;
        return new(packing != 0 ? ValueOf.I32 : Value(known), packing, !_random.OneIn(3));
    }

    private ValueOf[] Values(int most, int known) => [.. Enumerable.Range(0, _random.Below(most + 1)).Select(_ => Value(known))];

    private ValueOf Value(int known) => _random.OneIn(9) ? ValueOf.V128 : _random.OneIn(2) ? _random.Pick<ValueOf>(Numbers) : Reference(known);
}
