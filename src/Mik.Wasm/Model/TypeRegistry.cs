using System.Collections.Concurrent;

namespace Mik.Wasm.Model;

/// <summary>
/// Makes equal types of all modules one object with one number, so that casts, calls and import matching compare integers. It keeps no type:
/// those of modules that are gone are forgotten. Thread-safe; numbers are above 0. A type's number is nearly always the same in every process, so
/// that saved code holds good: it comes from the type's structure, and only the second of two types whose structures give the same takes another one.
/// </summary>
internal static class TypeRegistry
{
    private static readonly Dictionary<TypeKey, WeakReference<RecursionGroup>> Groups = [];
    private static readonly ConcurrentDictionary<int, Place> Numbers = new();
    private static readonly Lock Gate = new();

    /// <summary>How many types are known; those that nothing refers to count until the collector has been.</summary>
    public static int Count => Numbers.Count;

    /// <summary>The final type that is defined alone, without supertype, with this function type.</summary>
    public static WasmTypeDefinition Of(FunctionType type) =>
        type.Definition ??= Intern([new SubType(true, null, -1, TypeForm.Function, type.Parameters, type.Results, [])], 0, type)[0];

    /// <summary>The number of <see cref="Of"/>.</summary>
    public static int IdOf(FunctionType type) => Of(type).Number;

    /// <summary>The function type with a number that is in use.</summary>
    public static FunctionType TypeOf(int number) => Find(number)!.Function!;

    /// <summary>The type with a number, or null when none is in use.</summary>
    public static WasmTypeDefinition? Find(int number) =>
        Numbers.TryGetValue(number, out var place) && place.Group.TryGetTarget(out var group) ? group.Types[place.Index] : null;

    /// <summary>Whether one type is another or extends it.</summary>
    public static bool IsSubtype(int number, int other)
    {
        if (number == other)
        {
            return true;
        }
        return Find(number) is { } type && Find(other) is { } supertype && type.Matches(supertype);
    }

    /// <summary>The types of a group.</summary>
    /// <param name="types">What was read; references to types of the group have <see cref="HeapTypeKind.OfGroup"/>.</param>
    /// <param name="offset">Where it was read, for errors.</param>
    /// <param name="function">The type of a group of one function type, when there is an object for it.</param>
    /// <param name="cancellationToken">Ends the load that asks.</param>
    /// <exception cref="InvalidModuleException">Supertypes are nested too deep.</exception>
    /// <exception cref="OperationCanceledException">Nobody wants the types any more.</exception>
    public static WasmTypeDefinition[] Intern(
        ReadOnlySpan<SubType> types, int offset, FunctionType? function = null, CancellationToken cancellationToken = default)
    {
        var key = TypeKey.Of(types);
        // All loads come here one after the other: what is done in turn grows with the group and no faster.
        lock (Gate)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Groups.TryGetValue(key, out var known) && known.TryGetTarget(out var group))
            {
                return group.Types;
            }
            group = new RecursionGroup(key);
            var weak = new WeakReference<RecursionGroup>(group);
            var numbers = new int[types.Length];
            for (var i = 0; i < numbers.Length; i++)
            {
                numbers[i] = Take(key.NumberOf(i), new Place(weak, i));
            }
            try
            {
                TypeGroupBuilder.Fill(group, types, numbers, offset, function, cancellationToken);
            }
            catch
            {
                Release(numbers);
                throw;
            }
            Groups[key] = weak;
            return group.Types;
        }
    }

    /// <summary>A group is gone.</summary>
    public static void Forget(RecursionGroup group)
    {
        lock (Gate)
        {
            // Equal types may have been defined again since.
            if (Groups.TryGetValue(group.Key, out var weak) && !weak.TryGetTarget(out _))
            {
                Groups.Remove(group.Key);
            }
            foreach (var type in group.Types)
            {
                if (Numbers.TryGetValue(type.Number, out var place) && !place.Group.TryGetTarget(out _))
                {
                    Numbers.TryRemove(type.Number, out _);
                }
            }
        }
    }

    private static int Take(int number, Place place)
    {
        var step = 0;
        while (number == 0 || (Numbers.TryGetValue(number, out var other) && other.Group.TryGetTarget(out _)))
        {
            // Another step for each process: types made to give the same number do not stand in each other's way.
            step = step == 0 ? Random.Shared.Next() | 1 : step;
            number = (number + step) & int.MaxValue;
        }
        Numbers[number] = place;
        return number;
    }

    private static void Release(ReadOnlySpan<int> numbers)
    {
        foreach (var number in numbers)
        {
            Numbers.TryRemove(number, out _);
        }
    }

    private readonly record struct Place(WeakReference<RecursionGroup> Group, int Index);
}
