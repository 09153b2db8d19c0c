using System.Reflection;
using Mik.Components.Model;
using Mik.Components.Runtime;

namespace Mik.Components.HostBinding;

/// <summary>Which way a value goes.</summary>
internal enum Direction
{
    /// <summary>Lifted: a parameter of a host function, the result of a guest's export.</summary>
    FromGuest,
    /// <summary>Lowered: the result of a host function, an argument of a guest's export.</summary>
    ToGuest,
}

/// <summary>A C# type does not fit a component type; the message says both.</summary>
internal sealed class ShapeMismatchException(string message) : Exception(message);

/// <summary>Finds how a C# type stands for a component type, or says in words why it cannot.</summary>
/// <param name="resources">The types behind resource variables where they are known; elsewhere the call itself checks them.</param>
internal sealed class ShapeMatcher(IReadOnlyDictionary<ResourceVariable, RuntimeResource>? resources = null)
{
    private const BindingFlags AnyConstructor = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    /// <summary>The shape of <paramref name="type"/> in <paramref name="clr"/>.</summary>
    /// <exception cref="ShapeMismatchException">They do not fit.</exception>
    public ValueShape Match(ComponentValueType type, Type clr, Direction direction) => type switch
    {
        PrimitiveType { Kind: ComponentTypeKind.String } => MatchString(type, clr, direction),
        PrimitiveType primitive => PrimitiveShape.ClrTypeOf(primitive.Kind) == clr
            ? new PrimitiveShape(primitive, clr)
            : throw Mismatch(type, clr, Name(PrimitiveShape.ClrTypeOf(primitive.Kind))),
        ListType list => MatchList(list, clr, direction),
        RecordType record => MatchRecord(record, clr, direction),
        TupleType tuple => MatchTuple(tuple, clr, direction),
        VariantType variant => MatchVariant(variant, clr, direction),
        EnumType labels => MatchEnum(labels, clr),
        FlagsType flags => MatchFlags(flags, clr),
        OptionType option => MatchOption(option, clr, direction),
        ResultType result => MatchResult(result, clr, direction),
        StreamType stream => clr == typeof(GuestStream) ? new EndShape(stream, clr) : throw Mismatch(type, clr, nameof(GuestStream)),
        FutureType future => MatchFuture(future, clr),
        OwnType own => MatchHandle(own, own.Resource, clr),
        BorrowType borrow => MatchHandle(borrow, borrow.Resource, clr),
        _ => throw Mismatch(type, clr, "nothing that C# has"),
    };

    private static StringShape MatchString(ComponentValueType type, Type clr, Direction direction)
    {
        var fits = clr == typeof(string)
            || (direction == Direction.FromGuest ? clr == typeof(ReadOnlySpan<byte>) : clr == typeof(byte[]) || clr == typeof(ReadOnlyMemory<byte>));
        return fits
            ? new StringShape(type, clr)
            : throw Mismatch(type, clr, direction == Direction.FromGuest ? "string or ReadOnlySpan<byte>" : "string, byte[] or ReadOnlyMemory<byte>");
    }

    private ListShape MatchList(ListType list, Type clr, Direction direction)
    {
        if (list.Element.Kind == ComponentTypeKind.U8 && list.FixedLength is null)
        {
            var fits = clr == typeof(byte[])
                || clr == (direction == Direction.FromGuest ? typeof(ReadOnlySpan<byte>) : typeof(ReadOnlyMemory<byte>));
            return fits
                ? new ListShape(list, clr, Match(list.Element, typeof(byte), direction))
                : throw Mismatch(list, clr, direction == Direction.FromGuest ? "byte[] or ReadOnlySpan<byte>" : "byte[] or ReadOnlyMemory<byte>");
        }
        return clr.IsSZArray
            ? new ListShape(list, clr, Match(list.Element, clr.GetElementType()!, direction))
            : throw Mismatch(list, clr, "an array");
    }

    private RecordShape MatchRecord(RecordType record, Type clr, Direction direction)
    {
        foreach (var constructor in clr.GetConstructors(AnyConstructor))
        {
            var parameters = constructor.GetParameters();
            if (parameters.Length != record.Fields.Count
                || !parameters.Zip(record.Fields).All(pair => WitNames.Match(pair.Second.Name, pair.First.Name!)))
            {
                continue;
            }
            var fields = new ValueShape[parameters.Length];
            var properties = new PropertyInfo[parameters.Length];
            for (var i = 0; i < fields.Length; i++)
            {
                fields[i] = Part(record.Fields[i].Name, record.Fields[i].Type, parameters[i].ParameterType, direction);
                properties[i] = clr.GetProperties(AnyConstructor)
                    .FirstOrDefault(property => WitNames.Match(record.Fields[i].Name, property.Name) && property.PropertyType == fields[i].ClrType)
                    ?? throw new ShapeMismatchException($"{Name(clr)} has no property {WitNames.ToPascal(record.Fields[i].Name)}");
            }
            return new RecordShape(record, clr, fields, constructor, properties);
        }
        throw Mismatch(record, clr, $"a type with a constructor of ({string.Join(", ", record.Fields.Select(field => WitNames.ToPascal(field.Name)))})");
    }

    // C# nests value tuples from the eighth element on, so a long tuple is a positional record.
    private FieldsShape MatchTuple(TupleType tuple, Type clr, Direction direction)
    {
        if (clr.IsGenericType && clr.FullName!.StartsWith("System.ValueTuple`", StringComparison.Ordinal) && tuple.Elements.Count <= 7)
        {
            var parts = clr.GetGenericArguments();
            return parts.Length == tuple.Elements.Count
                ? new TupleShape(tuple, clr, [.. parts.Select((part, i) => Part($"element {i}", tuple.Elements[i], part, direction))])
                : throw Mismatch(tuple, clr, $"a value tuple of {tuple.Elements.Count} elements");
        }
        foreach (var constructor in clr.GetConstructors(AnyConstructor))
        {
            var parameters = constructor.GetParameters();
            var properties = parameters.Select(parameter => clr.GetProperty(parameter.Name!, AnyConstructor)).OfType<PropertyInfo>().ToArray();
            if (parameters.Length == tuple.Elements.Count && properties.Length == parameters.Length)
            {
                var fields = parameters.Select((parameter, i) => Part($"element {i}", tuple.Elements[i], parameter.ParameterType, direction));
                return new RecordShape(tuple, clr, [.. fields], constructor, properties);
            }
        }
        throw Mismatch(tuple, clr, $"a value tuple or a positional record of {tuple.Elements.Count} elements");
    }

    private WitVariantShape MatchVariant(VariantType variant, Type clr, Direction direction)
    {
        var constructor = clr.GetConstructor(AnyConstructor, [typeof(int), typeof(object)]);
        if (!clr.IsValueType || !typeof(IWitVariant).IsAssignableFrom(clr) || constructor is null)
        {
            throw Mismatch(variant, clr, $"a struct with {nameof(IWitVariant)} and a constructor (int, object?)");
        }
        var attributes = clr.GetCustomAttributes<WitCaseAttribute>().ToArray();
        if (attributes.Length != variant.Cases.Count)
        {
            throw Mismatch(variant, clr, $"{variant.Cases.Count} cases, and {Name(clr)} has {attributes.Length}");
        }
        var cases = new ValueShape?[attributes.Length];
        for (var i = 0; i < cases.Length; i++)
        {
            var expected = variant.Cases[i];
            if (!WitNames.Match(expected.Name, attributes[i].Name.Replace("-", "", StringComparison.Ordinal)))
            {
                throw new ShapeMismatchException($"case {i} is {expected.Name}, and {Name(clr)} says {attributes[i].Name}");
            }
            if (expected.Type is null != attributes[i].Payload is null)
            {
                throw new ShapeMismatchException(
                    $"case {expected.Name} has the payload {WitText.Of(expected.Type)}, and {Name(clr)} says {attributes[i].Payload?.Name ?? "none"}");
            }
            cases[i] = expected.Type is null ? null : Part($"case {expected.Name}", expected.Type, attributes[i].Payload!, direction);
        }
        return new WitVariantShape(variant, clr, cases, constructor);
    }

    private static EnumShape MatchEnum(EnumType labels, Type clr)
    {
        if (!clr.IsEnum || clr.GetEnumUnderlyingType() is { } underlying && (underlying == typeof(long) || underlying == typeof(ulong)))
        {
            throw Mismatch(labels, clr, "an enum of at most 32 bits");
        }
        for (var i = 0; i < labels.Labels.Count; i++)
        {
            var name = Enum.GetName(clr, Enum.ToObject(clr, i));
            if (name is null || !WitNames.Match(labels.Labels[i], name))
            {
                throw new ShapeMismatchException($"label {i} is {labels.Labels[i]}, and {Name(clr)} has {name ?? "none"}");
            }
        }
        return new EnumShape(labels, clr);
    }

    private static FlagsShape MatchFlags(FlagsType flags, Type clr)
    {
        if (!clr.IsEnum || clr.GetCustomAttribute<FlagsAttribute>() is null)
        {
            throw Mismatch(flags, clr, "a [Flags] enum");
        }
        for (var i = 0; i < flags.Labels.Count; i++)
        {
            var name = Enum.GetName(clr, Enum.ToObject(clr, 1L << i));
            if (name is null || !WitNames.Match(flags.Labels[i], name))
            {
                throw new ShapeMismatchException($"bit {i} is {flags.Labels[i]}, and {Name(clr)} has {name ?? "none"}");
            }
        }
        return new FlagsShape(flags, clr);
    }

    private CasesShape MatchOption(OptionType option, Type clr, Direction direction)
    {
        if (clr.IsGenericType && clr.GetGenericTypeDefinition() == typeof(Option<>))
        {
            return new OptionShape(option, clr, [null, Match(option.Element, clr.GetGenericArguments()[0], direction)]);
        }
        if (option.Element is OptionType)
        {
            throw Mismatch(option, clr, "Option<…>, since null cannot say it");
        }
        return Nullable.GetUnderlyingType(clr) is { } underlying
            ? new NullableShape(option, clr, [null, Match(option.Element, underlying, direction)])
            : clr.IsValueType
                ? throw Mismatch(option, clr, "a nullable type")
                : new NullReferenceShape(option, clr, [null, Match(option.Element, clr, direction)]);
    }

    private ResultShape MatchResult(ResultType result, Type clr, Direction direction)
    {
        if (!clr.IsGenericType || clr.GetGenericTypeDefinition() != typeof(Result<,>))
        {
            throw Mismatch(result, clr, "Result<…, …>");
        }
        var sides = clr.GetGenericArguments();
        return new ResultShape(result, clr, [MatchSide("ok", result.Ok, sides[0], direction), MatchSide("error", result.Error, sides[1], direction)]);
    }

    private ValueShape? MatchSide(string name, ComponentValueType? type, Type clr, Direction direction)
    {
        if (type is not null)
        {
            return Part(name, type, clr, direction);
        }
        return clr == typeof(Unit) ? null : throw new ShapeMismatchException($"{name}: absent, which is {nameof(Unit)} in C#, not {Name(clr)}");
    }

    private EndShape MatchFuture(FutureType future, Type clr)
    {
        if (!clr.IsGenericType || clr.GetGenericTypeDefinition() != typeof(GuestFuture<>))
        {
            throw Mismatch(future, clr, "GuestFuture<…>");
        }
        if (future.Element is { } element)
        {
            Part("the future's value", element, clr.GetGenericArguments()[0], Direction.ToGuest);
        }
        return new EndShape(future, clr);
    }

    private HandleShape MatchHandle(ComponentValueType type, ResourceVariable resource, Type clr)
    {
        if (clr == typeof(GuestResource))
        {
            return new HandleShape(type, clr);
        }
        if (clr.GetCustomAttribute<WitResourceAttribute>() is null || clr.IsValueType)
        {
            throw Mismatch(type, clr, "a class with [WitResource]");
        }
        if (resources is not null && resources.TryGetValue(resource, out var known) && known.HostClass is { } hostClass && hostClass != clr)
        {
            throw Mismatch(type, clr, hostClass.Name);
        }
        return new HandleShape(type, clr);
    }

    private ValueShape Part(string name, ComponentValueType type, Type clr, Direction direction)
    {
        try
        {
            return clr.IsByRefLike
                ? throw Mismatch(type, clr, "something that can be stored: a span is only possible as a parameter")
                : Match(type, clr, direction);
        }
        catch (ShapeMismatchException mismatch)
        {
            throw new ShapeMismatchException($"{name}: {mismatch.Message}");
        }
    }

    private static ShapeMismatchException Mismatch(ComponentValueType type, Type clr, string expected) =>
        new($"{WitText.Of(type)} needs {expected}, not {Name(clr)}");

    /// <summary>A C# type's name with its arguments.</summary>
    public static string Name(Type type) => type.IsGenericType
        ? $"{type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>"
        : type.IsArray ? $"{Name(type.GetElementType()!)}[]" : type.Name;
}
