using Mik.Components.Model;
using Mik.Components.Validation;

namespace Mik.Components.Tests.Validation;

public sealed class TypeCheckerTests
{
    private static readonly ComponentValueType U32 = new PrimitiveType(ComponentTypeKind.U32);
    private static readonly ComponentValueType Text = new PrimitiveType(ComponentTypeKind.String);
    private static readonly ResourceVariable First = ResourceVariable.Declared("first");
    private static readonly ResourceVariable Second = ResourceVariable.Declared("second");

    public static TheoryData<int> EveryType => [.. Enumerable.Range(0, ValueTypes().Length)];

    [Theory]
    [MemberData(nameof(EveryType))]
    public void Mismatch_ValueTypes_OnlyEqualOnesMatch(int actual)
    {
        for (var expected = 0; expected < ValueTypes().Length; expected++)
        {
            // Two lists, so that equal types are different objects.
            var reason = Check(Function([], ValueTypes()[actual]), Function([], ValueTypes()[expected]));
            Assert.Equal(actual == expected, reason is null);
            Assert.Equal(actual == expected, ValueTypes()[actual].Equals(ValueTypes()[expected]));
        }
    }

    [Fact]
    public void Mismatch_Functions_NamesAndCountsMatter()
    {
        Assert.Null(Check(Function([new("a", U32)], null), Function([new("a", U32)], null)));
        Assert.Equal("expected parameter named `b`, found `a`", Check(Function([new("a", U32)], null), Function([new("b", U32)], null)));
        Assert.Equal("expected 0 parameters, found 1", Check(Function([new("a", U32)], null), Function([], null)));
        Assert.Equal("expected a result, found none", Check(Function([], null), Function([], U32)));
        Assert.Equal("expected no result, found one", Check(Function([], U32), Function([], null)));
        Assert.Equal(
            "type mismatch in function parameter `a`: expected string, found u32",
            Check(Function([new("a", U32)], null), Function([new("a", Text)], null)));
    }

    [Fact]
    public void Mismatch_Sorts_AreNamed()
    {
        Assert.Equal("expected instance, found func", Check(Function([], null), Instance()));
        Assert.Equal("expected type, found instance", Check(Instance(), Type(U32)));
        Assert.Equal("expected component, found instance", Check(Instance(), Component([], [])));
        Assert.Equal(
            "expected module, found instance",
            Check(Instance(), new(Sort.CoreModule, new CoreModuleType([], new Dictionary<string, Wasm.Model.ExternalType>()))));
    }

    [Fact]
    public void Mismatch_Instances_MayExportMore()
    {
        var small = Instance(("a", Function([], null)));
        var large = Instance(("b", Function([], U32)), ("a", Function([], null)));
        Assert.Null(Check(large, small));
        Assert.Equal("missing expected export `b`", Check(small, large));
        Assert.StartsWith(
            "type mismatch in instance export `a`", Check(small, Instance(("a", Function([], U32)))), StringComparison.Ordinal);
    }

    [Fact]
    public void Mismatch_Components_MayImportLessAndExportMore()
    {
        var modest = Component([("a", Function([], null))], [("x", Function([], null)), ("y", Function([], null))]);
        var demanding = Component([("a", Function([], null)), ("b", Function([], null))], [("x", Function([], null))]);
        Assert.Null(Check(modest, demanding));
        Assert.Equal("missing expected import `b`", Check(demanding, modest));
        Assert.Equal(
            "missing expected export `y`",
            Check(Component([], [("x", Function([], null))]), Component([], [("x", Function([], null)), ("y", Function([], null))])));
        // Imports are compared the other way round: what is given may be more than what is asked for.
        Assert.Null(Check(
            Component([("i", Instance())], []), Component([("i", Instance(("f", Function([], null))))], [])));
        Assert.StartsWith(
            "type mismatch in component import `i`",
            Check(Component([("i", Instance(("f", Function([], null))))], []), Component([("i", Instance())], [])),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Mismatch_OpenResource_IsFixedByTheFirstThatIsGiven()
    {
        var open = ResourceVariable.Declared("open");
        var checker = new TypeChecker(new WorkBudget());
        checker.Open(open);
        Assert.Null(checker.Mismatch(Type(new ResourceType(First)), Type(new ResourceType(open))));
        Assert.Same(First, checker.Solution(open));
        Assert.Null(checker.Mismatch(Own(First), Own(open)));
        Assert.NotNull(checker.Mismatch(Own(Second), Own(open)));
        Assert.NotNull(checker.Mismatch(Type(new ResourceType(Second)), Type(new ResourceType(open))));
    }

    [Fact]
    public void Mismatch_ResourceThatIsNotOpen_MustBeTheVeryOne()
    {
        Assert.Null(Check(Type(new ResourceType(First)), Type(new ResourceType(First))));
        Assert.Equal("resource types are not the same", Check(Type(new ResourceType(First)), Type(new ResourceType(Second))));
        Assert.Equal("expected resource, found defined type", Check(Type(U32), Type(new ResourceType(First))));
        Assert.Equal("expected func type, found resource", Check(Type(new ResourceType(First)), Type(Function([], null).Type)));
    }

    [Fact]
    public void Mismatch_ComponentsThatPassResourcesOn_MustPassTheRightOne()
    {
        // (component (import "a" (sub resource)) (import "b" (sub resource)) (export "x" (eq …)))
        Assert.Null(Check(PassOn(exportsFirst: true), PassOn(exportsFirst: true)));
        Assert.NotNull(Check(PassOn(exportsFirst: true), PassOn(exportsFirst: false)));
        // One type on both sides is the same type.
        var component = PassOn(exportsFirst: false);
        Assert.Null(Check(component, component));
        // What is made anew may be asked for as such; what is passed on may be too, but not the reverse.
        Assert.Null(Check(PassOn(exportsFirst: true), MakesAnew()));
        Assert.NotNull(Check(MakesAnew(), PassOn(exportsFirst: true)));

        static ExternType PassOn(bool exportsFirst)
        {
            var (a, b) = (ResourceVariable.Declared("a"), ResourceVariable.Declared("b"));
            return new(Sort.Component, new ComponentType(
                List(("a", Type(new ResourceType(a))), ("b", Type(new ResourceType(b)))),
                List(("x", Type(new ResourceType(exportsFirst ? a : b)))), [a, b], []));
        }

        static ExternType MakesAnew()
        {
            var (a, b, x) = (ResourceVariable.Declared("a"), ResourceVariable.Declared("b"), ResourceVariable.Declared("x"));
            return new(Sort.Component, new ComponentType(
                List(("a", Type(new ResourceType(a))), ("b", Type(new ResourceType(b)))),
                List(("x", Type(new ResourceType(x)))), [a, b], [x]));
        }
    }

    [Fact]
    public void Mismatch_DeclaredTypesAsBounds_MustBeEqual()
    {
        var small = Type(Instance(("a", Function([], null))).Type);
        var large = Type(Instance(("a", Function([], null)), ("b", Function([], null))).Type);
        Assert.Null(Check(small, Type(Instance(("a", Function([], null))).Type)));
        Assert.NotNull(Check(large, small));
        Assert.NotNull(Check(small, large));
        Assert.Null(Check(Type(Component([], []).Type), Type(Component([], []).Type)));
        Assert.NotNull(Check(Type(Component([], [("x", small)]).Type), Type(Component([], []).Type)));
        Assert.Null(Check(Type(Function([], U32).Type), Type(Function([], U32).Type)));
    }

    [Fact]
    public void Mismatch_EndlessWork_IsRefused()
    {
        var type = Instance(("f", Function([], null)));
        for (var i = 0; i < 40; i++)
        {
            type = Instance(("a", type), ("b", type));
        }
        var error = Assert.Throws<InvalidComponentException>(() => Check(type, type));
        Assert.Contains("too complex", error.Message, StringComparison.Ordinal);
    }

    private static ComponentValueType[] ValueTypes() =>
    [
        new PrimitiveType(ComponentTypeKind.U32),
        new PrimitiveType(ComponentTypeKind.Char),
        new ListType(U32),
        new ListType(Text),
        new ListType(U32, 3),
        new OptionType(U32),
        new OptionType(new OwnType(new ResourceType(First))),
        new OwnType(new ResourceType(First)),
        new OwnType(new ResourceType(Second)),
        new BorrowType(new ResourceType(First)),
        new ResultType(null, null),
        new ResultType(U32, null),
        new ResultType(null, U32),
        new ResultType(new OwnType(new ResourceType(First)), U32),
        new TupleType([U32]),
        new TupleType([U32, U32]),
        new TupleType([U32, new BorrowType(new ResourceType(Second))]),
        new RecordType([new("a", U32)]),
        new RecordType([new("b", U32)]),
        new RecordType([new("a", Text)]),
        new RecordType([new("a", U32), new("b", U32)]),
        new VariantType([new("a", null)]),
        new VariantType([new("a", U32)]),
        new VariantType([new("a", U32), new("b", null)]),
        new FlagsType(["a"]),
        new FlagsType(["a", "b"]),
        new EnumType(["a"]),
        new EnumType(["a", "b"]),
    ];

    private static string? Check(ExternType actual, ExternType expected) => new TypeChecker(new WorkBudget()).Mismatch(actual, expected);

    private static ExternType Function(TypeList<RecordField> parameters, ComponentValueType? result) =>
        new(Sort.Function, new ComponentFunctionType(parameters, result));

    private static ExternType Own(ResourceVariable resource) => Function([], new OwnType(new ResourceType(resource)));

    private static ExternType Type(DefinedType type) => new(Sort.Type, type);

    private static ExternType Instance(params (string Name, ExternType Type)[] exports) =>
        new(Sort.Instance, new InstanceType(List(exports), []));

    private static ExternType Component((string Name, ExternType Type)[] imports, (string Name, ExternType Type)[] exports) =>
        new(Sort.Component, new ComponentType(List(imports), List(exports), [], []));

    private static ExternList List(params (string Name, ExternType Type)[] items)
    {
        var list = new ExternList();
        foreach (var (text, type) in items)
        {
            Assert.True(ExternName.TryParse(text, out var name));
            Assert.True(list.TryAdd(new(name, type)));
        }
        return list;
    }
}
