using System.Buffers.Binary;
using Mik.Components.Decoding;
using Mik.Components.Metadata;
using Mik.Components.Model;
using Mik.Packages.Oci;
using Mik.Packages.Remote;

namespace Mik.Packages.Sources;

/// <summary>What the lock file says of a component's bytes.</summary>
/// <param name="Digest">Their digest.</param>
/// <param name="Size">Their number.</param>
/// <param name="Imports">Names of the imports, in the component's order.</param>
/// <param name="Exports">Names of the exports, in the component's order.</param>
internal sealed record ComponentShape(Digest Digest, long Size, IReadOnlyList<string> Imports, IReadOnlyList<string> Exports)
{
    private const ushort CoreModuleLayer = 0;

    /// <summary>Decodes and validates a component that is to be used: one with code.</summary>
    /// <param name="name">What messages call it.</param>
    /// <param name="bytes">The component.</param>
    /// <exception cref="PackageException">It is no component, or a WIT package.</exception>
    public static ComponentShape Of(string name, byte[] bytes)
    {
        var component = Load(name, bytes);
        return WitPackage.Of(component) is { } package
            ? throw new PackageException(
                $"{name} is a WIT package, not a component: {package.Name}",
                $"it has types only ({RemoteText.Clean(package.Described)}), and no code that could be served or plugged in",
                "interfaces are for building: put the package into the project's wit/deps/, or fetch it there with wkg wit fetch; mik inspect shows "
                    + "it")
            { Code = "wit-package" }
            : Of(component, bytes);
    }

    /// <summary>Decodes and validates what is to be published: a component, or a WIT package, whose interfaces and worlds are its exports.</summary>
    /// <inheritdoc cref="Of(string, byte[])"/>
    public static ComponentShape OfPublished(string name, byte[] bytes)
    {
        var component = Load(name, bytes);
        return WitPackage.Of(component) is { } package
            ? new ComponentShape(Digest.Of(bytes), bytes.Length, [], [.. package.Items.Select(item => item.Name.Text)])
            : Of(component, bytes);
    }

    private static ComponentShape Of(Component component, byte[] bytes) => new(
        Digest.Of(bytes),
        bytes.Length,
        [.. component.Imports.Select(import => import.Name.Text)],
        [.. component.Exports.Select(export => export.Name.Text)]);

    private static Component Load(string name, byte[] bytes)
    {
        try
        {
            return Component.Load(bytes);
        }
        catch (InvalidComponentException exception) when (exception.Kind == InvalidComponentKind.CoreModule)
        {
            throw new PackageException(
                $"{name} is a core module, not a component",
                "it has no component around it (as what is built for wasip1, or without a component target)",
                "take what is built for wasip2; or wrap it into a component, for example with wasm-tools component new",
                exception)
            { Code = "core-module" };
        }
        catch (InvalidComponentException exception)
        {
            throw new PackageException($"{name} is not a component that mik can use", exception.Message, inner: exception) { Code = "component-invalid" };
        }
    }

    /// <summary>Whether bytes begin as a component does; core modules have another layer.</summary>
    public static bool LooksLikeComponent(ReadOnlySpan<byte> start) =>
        start.Length >= 8 && start[..4].SequenceEqual("\0asm"u8) && BinaryPrimitives.ReadUInt16LittleEndian(start[6..]) != CoreModuleLayer;
}
