using Mik.Components.Decoding;
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
        return [.. socket.Component.Imports.SelectMany(import => Match(import, plug))];
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
        return Encode(CompositionPlan.OfPlugs(socket, plugs));
    }

    /// <summary>
    /// Composes a socket with those parts that it needs, and that they need: each is plugged into all that import what it exports, and is there once.
    /// </summary>
    /// <param name="socket">The component whose exports are those of the result.</param>
    /// <param name="parts">What there is.</param>
    /// <param name="mustUseAll">Whether a part that nobody needs is an error.</param>
    /// <returns>The binary of the composed component, which has been validated, and the parts in it besides the socket.</returns>
    /// <exception cref="CompositionException">Two parts satisfy the same import, some need each other in a circle, or types differ.</exception>
    public static (byte[] Bytes, IReadOnlyList<CompositionPart> Used) IntoEachOther(
        CompositionPart socket, IReadOnlyList<CompositionPart> parts, bool mustUseAll = false)
    {
        ArgumentNullException.ThrowIfNull(socket);
        ArgumentNullException.ThrowIfNull(parts);
        var plan = CompositionPlan.OfParts(socket, parts);
        if (mustUseAll)
        {
            plan.CheckUse(parts);
        }
        return plan.Plugs.Count == 0 ? (socket.Bytes.ToArray(), []) : (Encode(plan), plan.Plugs);
    }

    /// <summary>The export of a plug that satisfies an import, if there is one.</summary>
    internal static IEnumerable<PluggedImport> Match(ComponentExtern import, CompositionPart plug) =>
        FindExport(plug.Component.Exports, import) is { } export ? [new PluggedImport(import, plug, export)] : [];

    private static byte[] Encode(CompositionPlan plan)
    {
        var bytes = new ComponentEncoder(plan).Encode();
        try
        {
            Component.Load(bytes);
        }
        catch (InvalidComponentException exception)
        {
            var parts = string.Join(", ", plan.Plugs.Select(plug => $"'{plug.Name}'"));
            throw new CompositionException($"{parts} cannot be plugged into '{plan.Socket.Name}': {exception.Reason}", exception);
        }
        return bytes;
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
}
