using Mik.Components.Model;

namespace Mik.Components.Composition;

/// <summary>An import of the socket that a plug's export satisfies.</summary>
/// <param name="Import">The socket's import.</param>
/// <param name="Plug">The plug.</param>
/// <param name="Export">The plug's export; its version may be another one of the same semver track.</param>
public sealed record PluggedImport(ComponentExtern Import, CompositionPart Plug, ComponentExtern Export);

/// <summary>
/// Plugs components into another one: the plugs' exports become the arguments of the socket's imports of the same name (or of a
/// version of the same semver track). What is left to import is imported once for all of them; what the socket exports is exported.
/// The result is one component with the parts inside.
/// </summary>
public static class Plug
{
    /// <summary>The imports of <paramref name="socket"/> that <paramref name="plug"/> would satisfy; types are not compared yet.</summary>
    public static IReadOnlyList<PluggedImport> Match(CompositionPart socket, CompositionPart plug)
    {
        ArgumentNullException.ThrowIfNull(socket);
        ArgumentNullException.ThrowIfNull(plug);
        var matches = new List<PluggedImport>();
        foreach (var import in socket.Component.Imports)
        {
            if (FindExport(plug.Component.Exports, import) is { } export)
            {
                matches.Add(new(import, plug, export));
            }
        }
        return matches;
    }

    /// <summary>Composes.</summary>
    /// <returns>The binary of the composed component; it has been validated.</returns>
    /// <exception cref="CompositionException">
    /// A plug satisfies no import, two satisfy the same one, or types differ: the message names interface, function and type.
    /// </exception>
    public static byte[] Into(CompositionPart socket, params IReadOnlyList<CompositionPart> plugs)
    {
        ArgumentNullException.ThrowIfNull(socket);
        ArgumentNullException.ThrowIfNull(plugs);
        var plugged = MatchAll(socket, plugs);
        var bytes = new ComponentEncoder(socket, plugs, plugged).Encode();
        try
        {
            Component.Load(bytes);
        }
        catch (InvalidComponentException exception)
        {
            var parts = string.Join(", ", plugs.Select(plug => $"'{plug.Name}'"));
            throw new CompositionException($"{parts} cannot be plugged into '{socket.Name}': {exception.Reason}", exception);
        }
        return bytes;
    }

    private static Dictionary<string, PluggedImport> MatchAll(CompositionPart socket, IReadOnlyList<CompositionPart> plugs)
    {
        var plugged = new Dictionary<string, PluggedImport>(StringComparer.Ordinal);
        foreach (var plug in plugs)
        {
            var matches = Match(socket, plug);
            if (matches.Count == 0)
            {
                throw new CompositionException(
                    $"'{plug.Name}' exports nothing that '{socket.Name}' imports. It exports {List(plug.Component.Exports)}; "
                    + $"'{socket.Name}' imports {List(socket.Component.Imports)}.");
            }
            foreach (var match in matches)
            {
                if (!plugged.TryAdd(match.Import.Name.Text, match))
                {
                    throw new CompositionException(
                        $"both '{plugged[match.Import.Name.Text].Plug.Name}' and '{plug.Name}' export {match.Import.Name}, which '{socket.Name}' imports once");
                }
            }
        }
        return plugged;
    }

    private static ComponentExtern? FindExport(ExternList exports, ComponentExtern import)
    {
        if (exports.TryGet(import.Name.Text, out var type))
        {
            return exports.First(export => ReferenceEquals(export.Type, type));
        }
        return import.Name.Interface is { Track: not null } wanted
            ? exports.FirstOrDefault(export => export.Name.Interface?.Key == wanted.Key)
            : null;
    }

    private static string List(ExternList items) =>
        items.Count == 0 ? "nothing" : string.Join(", ", items.Select(item => item.Name.Text));
}
