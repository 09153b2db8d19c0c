using System.Text;

namespace Mik.Testing;

/// <summary>WIT packages and metadata in their binary form, byte by byte: no tool that writes them can be had here.</summary>
public static class WitPackageBytes
{
    /// <summary>The package <c>a:b@1.0.0</c> with <c>interface i { f: func(); }</c> and <c>world w { import i; }</c>.</summary>
    public static byte[] Simple()
    {
        // instance type: a function type without parameters and result, and its export as f
        byte[] instance = [0x42, 2, 0x01, 0x40, 0x00, 0x01, 0x00, 0x04, 0x00, .. Name("f"), 0x01, 0x00];
        byte[] wrapped = [0x41, 2, 0x01, .. instance, 0x04, 0x00, .. Name("a:b/i@1.0.0"), 0x05, 0x00];
        byte[] world = [0x41, 2, 0x01, .. instance, 0x03, 0x00, .. Name("a:b/i@1.0.0"), 0x05, 0x00];
        byte[] wrappedWorld = [0x41, 2, 0x01, .. world, 0x04, 0x00, .. Name("a:b/w@1.0.0"), 0x04, 0x00];
        return
        [
            0x00, 0x61, 0x73, 0x6D, 0x0D, 0x00, 0x01, 0x00,
            .. Section(0, [.. Name("wit-component-encoding"), 0x04, 0x00]),
            .. Section(7, [1, .. wrapped]),
            .. Section(11, [1, 0x00, .. Name("i"), 0x03, 0x00, 0x00]),
            .. Section(7, [1, .. wrappedWorld]),
            .. Section(11, [1, 0x00, .. Name("w"), 0x03, 0x02, 0x00]),
        ];
    }

    /// <summary>A component with a custom section at its end.</summary>
    public static byte[] WithSection(byte[] component, string name, byte[] content) => [.. component, .. Section(0, [.. Name(name), .. content])];

    /// <summary>A component with custom sections of texts at its end.</summary>
    public static byte[] WithTexts(byte[] component, params (string Name, string Text)[] texts) =>
        texts.Aggregate(component, (bytes, text) => WithSection(bytes, text.Name, Encoding.UTF8.GetBytes(text.Text)));

    /// <summary>A length and UTF-8.</summary>
    public static byte[] Name(string text) => [.. Number(Encoding.UTF8.GetByteCount(text)), .. Encoding.UTF8.GetBytes(text)];

    private static byte[] Section(byte id, byte[] content) => [id, .. Number(content.Length), .. content];

    private static byte[] Number(int value)
    {
        var bytes = new List<byte>();
        for (var rest = (uint)value; ; rest >>= 7)
        {
            if (rest < 0x80)
            {
                return [.. bytes, (byte)rest];
            }
            bytes.Add((byte)(rest | 0x80));
        }
    }
}
