using System.Reflection;
using Mik.Wasm.Execution;
using Mik.Wasm.Objects;

namespace Mik.Conformance.Tests.IlProof;

/// <summary>
/// What emitted code may do with objects: use fields of those that are not null, elements below the length, and the cells of globals. Of which type
/// an object is, validation has proved; that a new one's type word is that of its class is proved here.
/// </summary>
internal sealed class ObjectRules(MethodUnderProof method, Func<Fact, long> knows, Action<int, string> complain)
{
    private readonly Dictionary<int, Type> _made = [];

    /// <summary>A new object.</summary>
    public IlValue New(ConstructorInfo constructor, int index)
    {
        _made[index] = constructor.DeclaringType!;
        return new Known(KnownKind.NewObject, index);
    }

    /// <summary>The value of a field.</summary>
    public IlValue Load(IlValue holder, FieldInfo field, int index)
    {
        if (field.DeclaringType == typeof(ModuleInstance))
        {
            if (holder != new Known(KnownKind.Instance) || field.Name != nameof(ModuleInstance.ObjectGlobals))
            {
                complain(index, $"{field.Name} of something that is not the instance");
            }
            return new Known(KnownKind.ObjectGlobals);
        }
        Check(holder, field, index);
        return field.Name == nameof(GuestObject.Type) ? new TypeWord(holder) : new Unknown("field", index);
    }

    /// <summary>Whether a field is never null: the elements of an array, and what has the further fields of a structure.</summary>
    public static bool IsNeverNull(FieldInfo field) => field.Name is nameof(GuestArrayOf<int>.Elements) or "F31";

    /// <summary>Checks a write of a field.</summary>
    public void Store(IlValue holder, FieldInfo field, IlValue value, int index)
    {
        if (field.Name == nameof(GuestObject.Type))
        {
            var layout = value switch
            {
                Known { Kind: KnownKind.TypeRecord } type => StructureLayout.Of(method.Module.Definitions[type.Index]),
                Known { Kind: KnownKind.TagRecord } tag => StructureLayout.OfException(method.Module.Definitions[method.Module.TagTypeIndices[tag.Index]]),
                _ => null,
            };
            if (layout is null || holder is not Known { Kind: KnownKind.NewObject } made || _made[made.Index] != layout.Shapes[0].Class)
            {
                complain(index, "a type word that is not that of the object's class");
            }
            return;
        }
        if (field.DeclaringType == typeof(Ref))
        {
            if (holder is not Unknown { Origin: "element address" })
            {
                complain(index, "a write to something that is no element");
            }
            return;
        }
        Check(holder, field, index);
    }

    /// <summary>An element of an array.</summary>
    public IlValue Element(IlValue array, IlValue element, string name, int index)
    {
        if (array == new Known(KnownKind.ObjectGlobals) && element is Constant number && name == "ldelem.ref")
        {
            return new Known(KnownKind.ObjectCell, (int)number.Number);
        }
        var isProved = name != "ldelem.ref"
            && (knows(new(FactKind.InArray, new ElementOf(array, element))) > 0
                || (element is Constant constant && constant.Number >= 0 && constant.Number < knows(new(FactKind.HasLength, array))));
        if (!isProved)
        {
            complain(index, $"{name} at {element} of {array}, which is not proved to be inside");
        }
        return new Unknown(name == "ldelema" ? "element address" : "element", index);
    }

    /// <summary>Checks a call of a method for arrays or objects.</summary>
    public void CheckCall(MethodInfo callee, ParameterInfo[] parameters, IlValue[] arguments, int index)
    {
        for (var i = 0; i < parameters.Length; i++)
        {
            var isProved = (parameters[i].Name, parameters[i].ParameterType) switch
            {
                ("context", _) => arguments[i] == new Known(KnownKind.Context),
                ("record", _) => arguments[i] is TypeWord,
                ("type", _) => arguments[i] is Known { Kind: KnownKind.TypeRecord } type && HasElements(type.Index, callee),
                ("array" or "source" or "destination", _) => knows(new(FactKind.NotNull, arguments[i])) > 0
                    || arguments[i] is Known { Kind: KnownKind.NewObject },
                _ => true,
            };
            if (!isProved)
            {
                complain(index, $"{callee.Name} is called with a bad {parameters[i].Name}");
            }
        }
    }

    private bool HasElements(int type, MethodInfo callee)
    {
        var kept = Shape.ClassOf(method.Module.Definitions[type].Fields[0]);
        var expected = callee.IsGenericMethod
            ? callee.GetGenericArguments()[0] : callee.Name.Contains("Functions", StringComparison.Ordinal) ? typeof(nint) : typeof(Ref);
        return expected == (kept == typeof(object) ? typeof(Ref) : kept);
    }

    private void Check(IlValue holder, FieldInfo field, int index)
    {
        var isProved = field.DeclaringType switch
        {
            var type when type == typeof(ObjectCell) => holder is Known { Kind: KnownKind.ObjectCell },
            var type when type == typeof(Ref) => holder is Unknown { Origin: "element address" },
            var type when typeof(GuestObject).IsAssignableFrom(type) => holder is Known { Kind: KnownKind.NewObject } made
                ? type!.IsAssignableFrom(_made[made.Index])
                : knows(new(FactKind.NotNull, holder)) > 0,
            _ => false,
        };
        if (!isProved)
        {
            complain(index, $"{field.Name} of {holder}, which may be null");
        }
    }
}
