using System.Reflection;
using Mik.Wasm.Execution;
using Mik.Wasm.Objects;

namespace Mik.Conformance.Tests.IlProof;

/// <summary>What emitted code may do with objects: use fields of those that are not null, and the cells of globals.</summary>
internal sealed class ObjectRules(Func<Fact, long> knows, Action<int, string> complain)
{
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
        return new Unknown("field", index);
    }

    /// <summary>Checks a write of a field.</summary>
    public void Store(IlValue holder, FieldInfo field, int index) => Check(holder, field, index);

    /// <summary>An element of an array of objects; the runtime checks the bounds.</summary>
    public IlValue Element(IlValue array, IlValue element, int index)
    {
        if (array != new Known(KnownKind.ObjectGlobals) || element is not Constant number)
        {
            complain(index, "an element of something that is not the globals");
            return new Unknown("element", index);
        }
        return new Known(KnownKind.ObjectCell, (int)number.Number);
    }

    private void Check(IlValue holder, FieldInfo field, int index)
    {
        var isProved = field.DeclaringType == typeof(ObjectCell)
            ? holder is Known { Kind: KnownKind.ObjectCell }
            : typeof(GuestObject).IsAssignableFrom(field.DeclaringType)
                && (holder is Known { Kind: KnownKind.NewObject } || knows(new(FactKind.NotNull, holder)) > 0);
        if (!isProved)
        {
            complain(index, $"{field.Name} of {holder}, which may be null");
        }
    }
}
