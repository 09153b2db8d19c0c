using Mik.Wasm.Model;

namespace Mik.Wasm.Objects;

/// <summary>Makes the shapes that a module needs, all or none: those of a module that is refused would be lost to all others.</summary>
internal static class ModuleShapes
{
    /// <summary>The most shapes that a module may bring.</summary>
    public const int Most = 10_000;

    private static readonly Lock Gate = new();

    /// <summary>Makes the layouts of the structures that instructions use, and of the exceptions of all tags.</summary>
    /// <exception cref="InvalidModuleException">They need too many shapes.</exception>
    public static void Make(WasmModule module)
    {
        var types = module.UsedStructures.Concat(module.TagTypeIndices).Select(index => module.Definitions[index])
            .Where(static type => type.Layout is null).Distinct().ToArray();
        if (types.Length == 0)
        {
            return;
        }
        lock (Gate)
        {
            var missing = CountMissing(types);
            if (missing > Most)
            {
                throw new InvalidModuleException(
                    $"more different structures, new to this process, than the limit of {Most} for a module", 0, isMalformed: false)
                {
                    IsOverLimit = true,
                };
            }
            if (missing > Shape.MaximumShapes - Shape.Count)
            {
                throw Shape.TooMany();
            }
            foreach (var type in types)
            {
                StructureLayout.Of(type);
            }
        }
    }

    /// <summary>How many shapes would be made; when it is more than a module may bring, about.</summary>
    private static int CountMissing(WasmTypeDefinition[] types)
    {
        // A place is a shape, or stands for one that would be made.
        var planned = new Dictionary<(object Place, Type Field), object>();
        foreach (var fields in types.SelectMany(static type => StructureLayout.ObjectsOf(StructureLayout.ClassesOf(type))))
        {
            object place = Shape.Empty;
            foreach (var field in fields)
            {
                if (place is Shape shape && shape.Find(field) is { } known)
                {
                    place = known;
                }
                else if (planned.TryGetValue((place, field), out var next))
                {
                    place = next;
                }
                else
                {
                    planned.Add((place, field), place = new object());
                }
            }
            if (planned.Count > Most)
            {
                break;
            }
        }
        return planned.Count;
    }
}
