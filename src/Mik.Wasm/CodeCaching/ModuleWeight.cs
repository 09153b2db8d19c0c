namespace Mik.Wasm.CodeCaching;

/// <summary>How much of a module is there to translate: a snapshot of a language's memory may be megabytes of data beside three functions.</summary>
internal static class ModuleWeight
{
    private const int Header = 8;
    private const byte Custom = 0;
    private const byte Data = 11;

    /// <summary>The module's bytes without its data and custom sections. What is no module weighs all that it has.</summary>
    public static int Of(ReadOnlySpan<byte> module)
    {
        var weight = module.Length;
        for (var at = Header; at < module.Length;)
        {
            var begin = at;
            var section = module[at++];
            if (!TryReadLength(module, ref at, out var length) || length > module.Length - at)
            {
                return module.Length;
            }

            at += length;
            weight -= section is Custom or Data ? at - begin : 0;
        }

        return weight;
    }

    private static bool TryReadLength(ReadOnlySpan<byte> module, ref int at, out int length)
    {
        length = 0;
        for (var shift = 0; shift < 32 && at < module.Length; shift += 7)
        {
            var digit = module[at++];
            length |= (digit & 0x7f) << shift;
            if (digit < 0x80)
            {
                return length >= 0;
            }
        }

        return false;
    }
}
