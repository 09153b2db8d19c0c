using System.Security.Cryptography;
using System.Text;

namespace Mik.Wasm.CodeCaching;

/// <summary>What is known of a saved assembly: everything that must hold before one byte of it runs.</summary>
/// <param name="IsNative">Whether it has machine code.</param>
/// <param name="Assembly"><see cref="CodeDigest"/> of the assembly.</param>
/// <param name="ClassCount">How many classes hold its methods.</param>
/// <param name="WritesTables">See <see cref="Translation.TranslatedModule.WritesTables"/>.</param>
/// <param name="KnowsExceptions">See <see cref="Translation.TranslatedModule.KnowsExceptions"/>.</param>
/// <param name="TypeIds">The numbers of the module's types in the code.</param>
internal sealed record CodeManifest(bool IsNative, byte[] Assembly, int ClassCount, bool WritesTables, bool KnowsExceptions, int[] TypeIds)
{
    private const int MaximumTypes = 1_000_000;
    private static readonly byte[] Magic = "mik code 2\n"u8.ToArray();

    /// <summary>The bytes of the manifest; the last 32 are the SHA-256 of the others.</summary>
    public byte[] ToBytes()
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes, Encoding.UTF8);
        writer.Write(Magic);
        writer.Write(IsNative);
        writer.Write(Assembly);
        writer.Write(ClassCount);
        writer.Write(WritesTables);
        writer.Write(KnowsExceptions);
        writer.Write(TypeIds.Length);
        foreach (var id in TypeIds)
        {
            writer.Write(id);
        }
        writer.Write(SHA256.HashData(bytes.GetBuffer().AsSpan(0, (int)bytes.Length)));
        return bytes.ToArray();
    }

    /// <summary>Reads a manifest; null when it is damaged.</summary>
    public static CodeManifest? Parse(byte[] bytes)
    {
        var length = bytes.Length - SHA256.HashSizeInBytes;
        if (length < Magic.Length || !bytes.AsSpan(0, Magic.Length).SequenceEqual(Magic)
            || !SHA256.HashData(bytes.AsSpan(0, length)).AsSpan().SequenceEqual(bytes.AsSpan(length)))
        {
            return null;
        }
        using var reader = new BinaryReader(new MemoryStream(bytes, Magic.Length, length - Magic.Length), Encoding.UTF8);
        try
        {
            var isNative = reader.ReadBoolean();
            var assembly = reader.ReadBytes(SHA256.HashSizeInBytes);
            var classCount = reader.ReadInt32();
            var writesTables = reader.ReadBoolean();
            var knowsExceptions = reader.ReadBoolean();
            var typeCount = reader.ReadInt32();
            if (classCount <= 0 || typeCount is < 0 or > MaximumTypes)
            {
                return null;
            }
            var typeIds = new int[typeCount];
            for (var i = 0; i < typeIds.Length; i++)
            {
                typeIds[i] = reader.ReadInt32();
            }
            return new CodeManifest(isNative, assembly, classCount, writesTables, knowsExceptions, typeIds);
        }
        catch (EndOfStreamException)
        {
            return null;
        }
    }
}
