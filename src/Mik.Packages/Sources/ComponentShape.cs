using System.Buffers.Binary;
using Mik.Components.Model;
using Mik.Packages.Oci;

namespace Mik.Packages.Sources;

/// <summary>What the lock file says of a component's bytes.</summary>
/// <param name="Digest">Their digest.</param>
/// <param name="Size">Their number.</param>
/// <param name="Imports">Names of the imports, in the component's order.</param>
/// <param name="Exports">Names of the exports, in the component's order.</param>
internal sealed record ComponentShape(Digest Digest, long Size, IReadOnlyList<string> Imports, IReadOnlyList<string> Exports)
{
    private const ushort CoreModuleLayer = 0;

    /// <summary>Decodes and validates a component.</summary>
    /// <param name="name">What messages call it.</param>
    /// <param name="bytes">The component.</param>
    /// <exception cref="PackageException">It is no component.</exception>
    public static ComponentShape Of(string name, byte[] bytes)
    {
        try
        {
            var component = Component.Load(bytes);
            return new ComponentShape(
                Digest.Of(bytes),
                bytes.Length,
                [.. component.Imports.Select(import => import.Name.Text)],
                [.. component.Exports.Select(export => export.Name.Text)]);
        }
        catch (InvalidComponentException exception)
        {
            throw new PackageException(
                $"{name} is not a component that mik can use",
                exception.Message,
                exception.Kind == InvalidComponentKind.CoreModule ? "wrap it into a component, for example with wasm-tools component new" : null,
                exception);
        }
    }

    /// <summary>Whether bytes begin as a component does; core modules have another layer.</summary>
    public static bool LooksLikeComponent(ReadOnlySpan<byte> start) =>
        start.Length >= 8 && start[..4].SequenceEqual("\0asm"u8) && BinaryPrimitives.ReadUInt16LittleEndian(start[6..]) != CoreModuleLayer;
}
