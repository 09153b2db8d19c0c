using Mik.Components.Composition;

namespace Mik.Components.Metadata;

/// <summary>The debug information (DWARF) that core modules of a component carry in custom sections: how much it is, and the component without it.</summary>
public static class DebugSections
{
    private const byte CoreModule = 1;
    private const byte Component = 4;
    private const string Prefix = ".debug_";

    /// <summary>How many bytes it takes.</summary>
    /// <param name="binary">A valid component or module.</param>
    public static long Measure(ReadOnlySpan<byte> binary)
    {
        var bytes = 0L;
        foreach (var place in CustomSections.Find(binary))
        {
            bytes += IsDebug(place) ? place.End - place.Start : IsNested(binary, place) ? Measure(binary[place.Content..place.End]) : 0;
        }
        return bytes;
    }

    /// <summary>The same component without it.</summary>
    /// <param name="binary">A valid component or module.</param>
    public static byte[] Strip(ReadOnlySpan<byte> binary)
    {
        var output = new MemoryStream();
        output.Write(binary[..CustomSections.HeaderLength]);
        foreach (var place in CustomSections.Find(binary))
        {
            if (IsNested(binary, place))
            {
                var inner = Strip(binary[place.Content..place.End]);
                output.WriteByte(binary[place.Start]);
                output.Write(SectionWriter.Unsigned((uint)inner.Length));
                output.Write(inner);
            }
            else if (!IsDebug(place))
            {
                output.Write(binary[place.Start..place.End]);
            }
        }
        return output.ToArray();
    }

    private static bool IsDebug(SectionPlace place) => place.Name?.StartsWith(Prefix, StringComparison.Ordinal) == true;

    // Of a core module, whose second version number is 0, the sections 1 and 4 are others.
    private static bool IsNested(ReadOnlySpan<byte> binary, SectionPlace place) => binary[6] == 1 && binary[place.Start] is (CoreModule or Component);
}
