using System.Buffers.Binary;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace Mik.Wasm.CodeCaching;

/// <summary>Changes in what the ahead-of-time compiler made.</summary>
internal static class NativeImage
{
    private const int ImplementationFlagsOffset = 4;

    /// <summary>
    /// Keeps the machine code of functions that are too large for the just-in-time compiler to optimize. The runtime would compile them again
    /// once they are hot, and get worse code: marked as they are here, after their code was made, it leaves them alone.
    /// </summary>
    /// <param name="image">The image; changed in place.</param>
    /// <param name="isLarge">Whether the method of this name is one of them.</param>
    public static void KeepCode(byte[] image, Func<string, bool> isLarge)
    {
        using var portable = new PEReader(new MemoryStream(image, writable: false));
        var metadata = portable.GetMetadataReader();
        var table = portable.PEHeaders.MetadataStartOffset + metadata.GetTableMetadataOffset(TableIndex.MethodDef);
        var rowSize = metadata.GetTableRowSize(TableIndex.MethodDef);
        foreach (var handle in metadata.MethodDefinitions)
        {
            if (isLarge(metadata.GetString(metadata.GetMethodDefinition(handle).Name)))
            {
                var place = image.AsSpan(table + ((MetadataTokens.GetRowNumber(handle) - 1) * rowSize) + ImplementationFlagsOffset);
                var flags = (MethodImplAttributes)BinaryPrimitives.ReadUInt16LittleEndian(place);
                BinaryPrimitives.WriteUInt16LittleEndian(place, (ushort)(flags | MethodImplAttributes.AggressiveOptimization));
            }
        }
    }
}
