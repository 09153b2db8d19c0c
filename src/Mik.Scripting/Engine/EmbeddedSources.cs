using System.Diagnostics.CodeAnalysis;

namespace Mik.Scripting.Engine;

/// <summary>What is embedded in this assembly: QuickJS, the driver (<c>mik:…</c>), <c>mik-sdk/…</c> and the TypeScript stripper.</summary>
internal static class EmbeddedSources
{
    /// <summary>The bytes of a resource that exists.</summary>
    public static byte[] Bytes(string name) => TryRead(name, out var bytes) ? bytes : throw new InvalidOperationException($"{name} is not embedded.");

    /// <summary>The bytes of a resource, if there is one of this name.</summary>
    public static bool TryRead(string name, [NotNullWhen(true)] out byte[]? bytes)
    {
        using var stream = typeof(EmbeddedSources).Assembly.GetManifestResourceStream(name);
        if (stream is null)
        {
            bytes = null;
            return false;
        }

        bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return true;
    }
}
