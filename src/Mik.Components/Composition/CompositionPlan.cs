using Mik.Components.Model;

namespace Mik.Components.Composition;

/// <summary>What of a composition satisfies what: its parts in the order in which they are instantiated, the socket last, and the links between them.</summary>
internal sealed class CompositionPlan
{
    private readonly Dictionary<(CompositionPart Part, string Import), PluggedImport> _links = [];

    private CompositionPlan(CompositionPart socket) => Socket = socket;

    /// <summary>The part whose exports are those of the composition.</summary>
    public CompositionPart Socket { get; }

    /// <summary>The other parts; each comes after those whose exports it imports.</summary>
    public List<CompositionPart> Plugs { get; } = [];

    /// <summary>What satisfies an import of a part; null when it stays open.</summary>
    public PluggedImport? Find(CompositionPart part, ComponentExtern import) => _links.GetValueOrDefault((part, import.Name.Text));

    /// <summary>Plugs into the socket alone: every plug is to be of use, and what plugs import stays open.</summary>
    /// <exception cref="CompositionException">A plug satisfies no import, or two satisfy the same one.</exception>
    public static CompositionPlan OfPlugs(CompositionPart socket, IReadOnlyList<CompositionPart> plugs)
    {
        var plan = new CompositionPlan(socket);
        plan.Link(socket, plugs);
        plan.Plugs.AddRange(plugs);
        plan.CheckUse(plugs);
        return plan;
    }

    /// <summary>Plugs into the socket, and into each other what they need; parts that nobody needs are left out.</summary>
    /// <exception cref="CompositionException">Two satisfy the same import, or parts need each other in a circle.</exception>
    public static CompositionPlan OfParts(CompositionPart socket, IReadOnlyList<CompositionPart> parts)
    {
        var plan = new CompositionPlan(socket);
        plan.Order(socket, parts, []);
        plan.Plugs.Remove(socket);
        return plan;
    }

    /// <summary>Throws when a plug is of no use.</summary>
    /// <exception cref="CompositionException">One is not.</exception>
    public void CheckUse(IReadOnlyList<CompositionPart> plugs)
    {
        foreach (var plug in plugs.Where(plug => !_links.Values.Any(link => link.Plug == plug)))
        {
            var other = Plug.Match(Socket, plug) is [var first, ..] ? first : null;
            throw new CompositionException(other is null
                ? $"'{plug.Name}' exports nothing that '{Socket.Name}' imports. It exports {List(plug.Component.Exports)}; '{Socket.Name}' imports "
                    + $"{List(Socket.Component.Imports)}."
                : $"'{plug.Name}' exports {other.Export.Name}, and '{Find(Socket, other.Import)?.Plug.Name}' exports what '{Socket.Name}' imports, "
                    + $"{other.Import.Name}, exactly");
        }
    }

    /// <summary>Puts a part behind those that it needs. <paramref name="path"/> leads from the socket to it.</summary>
    private void Order(CompositionPart part, IReadOnlyList<CompositionPart> parts, List<CompositionPart> path)
    {
        if (Plugs.Contains(part))
        {
            return;
        }
        if (path.IndexOf(part) is >= 0 and var start)
        {
            throw new CompositionException(
                $"components need each other in a circle: {string.Join(" needs ", path.Skip(start).Append(part).Select(one => $"'{one.Name}'"))}");
        }
        path.Add(part);
        foreach (var needed in Link(part, [.. parts.Where(other => other != part)]))
        {
            Order(needed, parts, path);
        }
        path.RemoveAt(path.Count - 1);
        Plugs.Add(part);
    }

    /// <summary>Links the imports of a part: to the one that exports just that, else to the one that exports a version of the same track.</summary>
    private List<CompositionPart> Link(CompositionPart part, IReadOnlyList<CompositionPart> others)
    {
        var needed = new List<CompositionPart>();
        foreach (var import in part.Component.Imports)
        {
            var found = others.SelectMany(other => Plug.Match(import, other)).ToList();
            if (found.Exists(IsExact))
            {
                found.RemoveAll(link => !IsExact(link));
            }
            switch (found)
            {
                case []:
                    break;
                case [var link]:
                    _links.Add((part, import.Name.Text), link);
                    needed.Add(link.Plug);
                    break;
                default:
                    throw new CompositionException(
                        $"both {string.Join(" and ", found.Take(2).Select(link => $"'{link.Plug.Name}' ({link.Export.Name})"))} satisfy {import.Name}, "
                            + $"which '{part.Name}' imports once");
            }
        }
        return needed;
    }

    private static bool IsExact(PluggedImport link) => link.Export.Name.Text == link.Import.Name.Text;

    private static string List(ExternList items) =>
        items.Count == 0 ? "nothing" : string.Join(", ", items.Select(item => item.Name.Text));
}
