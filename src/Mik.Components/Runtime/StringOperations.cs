using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;
using Mik.Components.Model;
using Mik.Wasm.Execution;

namespace Mik.Components.Runtime;

/// <summary>Strings between guest memory and C# (CanonicalABI.md, <c>load_string</c>, <c>store_string</c>).</summary>
internal static unsafe class StringOperations
{
    /// <summary>The top bit of a length in the encoding <c>latin1+utf16</c>: the string is UTF-16.</summary>
    public static ulong Utf16Tag(bool is64) => is64 ? 1UL << 63 : 1UL << 31;

    /// <summary>Lifts a string.</summary>
    /// <exception cref="Trap">The range is bad, or its bytes are not in the encoding.</exception>
    public static string Load(ref LiftLowerContext context, ulong pointer, ulong taggedUnits) =>
        LoadLinked(ref context, pointer, taggedUnits).Text;

    /// <summary>Lifts a string and remembers how it was stored, for a call between guests.</summary>
    /// <exception cref="Trap">The range is bad, or its bytes are not in the encoding.</exception>
    public static LinkedString LoadLinked(ref LiftLowerContext context, ulong pointer, ulong taggedUnits)
    {
        var units = taggedUnits;
        var encoding = StoredEncodingOf(context, ref units);
        if (encoding == StoredEncoding.Utf16)
        {
            var address = context.ElementRegion(pointer, units, 2, 2);
            var characters = new ReadOnlySpan<char>((void*)address, (int)units);
            if (HasLoneSurrogate(characters))
            {
                ThrowInvalid("UTF-16");
            }
            context.Charge((long)units * 2);
            return new LinkedString(new string(characters), encoding, units, context.Encoding);
        }
        var bytes = new ReadOnlySpan<byte>(
            (void*)context.ElementRegion(pointer, units, 1, context.Encoding == StringEncoding.Latin1OrUtf16 ? 2u : 1u), (int)units);
        context.Charge((long)units * 2);
        if (encoding == StoredEncoding.Latin1)
        {
            return new LinkedString(Encoding.Latin1.GetString(bytes), encoding, units, context.Encoding);
        }
        if (!Utf8.IsValid(bytes))
        {
            ThrowInvalid("UTF-8");
        }
        return new LinkedString(Encoding.UTF8.GetString(bytes), encoding, units, context.Encoding);
    }

    /// <summary>Lifts a string as UTF-8: the guest's own bytes when it stores UTF-8, valid until the call returns.</summary>
    /// <exception cref="Trap">The range is bad, or its bytes are not in the encoding.</exception>
    public static ReadOnlySpan<byte> LoadUtf8(ref LiftLowerContext context, ulong pointer, ulong taggedUnits)
    {
        if (context.Encoding != StringEncoding.Utf8)
        {
            return Encoding.UTF8.GetBytes(Load(ref context, pointer, taggedUnits));
        }
        var bytes = new ReadOnlySpan<byte>((void*)context.ElementRegion(pointer, taggedUnits, 1, 1), (int)taggedUnits);
        if (!Utf8.IsValid(bytes))
        {
            ThrowInvalid("UTF-8");
        }
        return bytes;
    }

    /// <summary>Lowers a string of the host; a lone surrogate becomes U+FFFD.</summary>
    /// <exception cref="Trap">The guest's allocator failed.</exception>
    public static ulong Store(ref LiftLowerContext context, string text, out ulong taggedUnits)
    {
        text ??= "";
        ulong pointer;
        switch (context.Encoding)
        {
            case StringEncoding.Utf8:
                var length = Encoding.UTF8.GetByteCount(text);
                var address = context.Allocate((ulong)length, 1, out pointer);
                Encoding.UTF8.GetBytes(text, new Span<byte>((void*)address, length));
                taggedUnits = (ulong)length;
                return pointer;
            case StringEncoding.Latin1OrUtf16 when !text.AsSpan().ContainsAnyExceptInRange('\0', '\xFF'):
                address = context.Allocate((ulong)text.Length, 2, out pointer);
                Encoding.Latin1.GetBytes(text, new Span<byte>((void*)address, text.Length));
                taggedUnits = (ulong)text.Length;
                return pointer;
            default:
                address = context.Allocate((ulong)text.Length * 2, 2, out pointer);
                CopyUtf16(text, address);
                taggedUnits = (uint)text.Length | (context.Encoding == StringEncoding.Utf16 ? 0 : Utf16Tag(context.Is64));
                return pointer;
        }
    }

    /// <summary>Lowers a string that the host has as UTF-8; invalid bytes become U+FFFD.</summary>
    /// <exception cref="Trap">The guest's allocator failed.</exception>
    public static ulong StoreUtf8(ref LiftLowerContext context, ReadOnlyMemory<byte> text, out ulong taggedUnits)
    {
        if (context.Encoding != StringEncoding.Utf8 || !Utf8.IsValid(text.Span))
        {
            return Store(ref context, Encoding.UTF8.GetString(text.Span), out taggedUnits);
        }
        var address = context.Allocate((ulong)text.Length, 1, out var pointer);
        text.Span.CopyTo(new Span<byte>((void*)address, text.Length));
        taggedUnits = (ulong)text.Length;
        return pointer;
    }

    /// <summary>Lowers a string of another guest. Guests see which allocations are made, so these follow the specification.</summary>
    /// <exception cref="Trap">The guest's allocator failed.</exception>
    public static ulong StoreLinked(ref LiftLowerContext context, LinkedString source, out ulong taggedUnits) => context.Encoding switch
    {
        StringEncoding.Utf8 => source.Encoding switch
        {
            StoredEncoding.Utf8 => Store(ref context, source.Text, out taggedUnits),
            StoredEncoding.Utf16 => StoreToUtf8(ref context, source, source.Units * 3, out taggedUnits),
            _ => StoreToUtf8(ref context, source, source.Units * 2, out taggedUnits),
        },
        StringEncoding.Utf16 => source.Encoding == StoredEncoding.Utf8
            ? StoreUtf8ToUtf16(ref context, source, out taggedUnits)
            : Store(ref context, source.Text, out taggedUnits),
        _ => source.SourceEncoding != StringEncoding.Latin1OrUtf16
            ? StoreToLatin1OrUtf16(ref context, source, out taggedUnits)
            : source.Encoding == StoredEncoding.Latin1
                ? Store(ref context, source.Text, out taggedUnits)
                : StoreProbablyUtf16(ref context, source, out taggedUnits),
    };

    private static ulong StoreToUtf8(ref LiftLowerContext context, LinkedString source, ulong worstCase, out ulong units)
    {
        var text = source.Text;
        var address = context.Allocate(source.Units, 1, out var pointer);
        units = source.Units;
        if (Ascii.IsValid(text))
        {
            Encoding.Latin1.GetBytes(text, new Span<byte>((void*)address, text.Length));
            return pointer;
        }
        address = context.Reallocate(pointer, units, 1, worstCase, out pointer);
        units = (ulong)Encoding.UTF8.GetBytes(text, new Span<byte>((void*)address, (int)worstCase));
        if (worstCase > units)
        {
            context.Reallocate(pointer, worstCase, 1, units, out pointer);
        }
        return pointer;
    }

    private static ulong StoreUtf8ToUtf16(ref LiftLowerContext context, LinkedString source, out ulong units)
    {
        var worstCase = source.Units * 2;
        var address = context.Allocate(worstCase, 2, out var pointer);
        units = (ulong)source.Text.Length;
        CopyUtf16(source.Text, address);
        if (units * 2 < worstCase)
        {
            context.Reallocate(pointer, worstCase, 2, units * 2, out pointer);
        }
        return pointer;
    }

    private static ulong StoreToLatin1OrUtf16(ref LiftLowerContext context, LinkedString source, out ulong taggedUnits)
    {
        var text = source.Text;
        var address = context.Allocate(source.Units, 2, out var pointer);
        var length = (ulong)text.Length;
        if (!text.AsSpan().ContainsAnyExceptInRange('\0', '\xFF'))
        {
            Encoding.Latin1.GetBytes(text, new Span<byte>((void*)address, text.Length));
            if (length < source.Units)
            {
                context.Reallocate(pointer, source.Units, 2, length, out pointer);
            }
            taggedUnits = length;
            return pointer;
        }
        var worstCase = source.Units * 2;
        address = context.Reallocate(pointer, source.Units, 2, worstCase, out pointer);
        CopyUtf16(text, address);
        if (worstCase > length * 2)
        {
            context.Reallocate(pointer, worstCase, 2, length * 2, out pointer);
        }
        taggedUnits = length | Utf16Tag(context.Is64);
        return pointer;
    }

    private static ulong StoreProbablyUtf16(ref LiftLowerContext context, LinkedString source, out ulong taggedUnits)
    {
        var text = source.Text;
        var address = context.Allocate(source.Units * 2, 2, out var pointer);
        if (text.AsSpan().ContainsAnyExceptInRange('\0', '\xFF'))
        {
            CopyUtf16(text, address);
            taggedUnits = source.Units | Utf16Tag(context.Is64);
            return pointer;
        }
        Encoding.Latin1.GetBytes(text, new Span<byte>((void*)address, text.Length));
        taggedUnits = source.Units;
        context.Reallocate(pointer, source.Units * 2, 1, source.Units, out pointer);
        return pointer;
    }

    private static void CopyUtf16(string text, nint address)
    {
        var target = new Span<char>((void*)address, text.Length);
        text.CopyTo(target);
        if (HasLoneSurrogate(target))
        {
            Encoding.Unicode.GetString(MemoryMarshal.AsBytes(target)).CopyTo(target);
        }
    }

    private static StoredEncoding StoredEncodingOf(in LiftLowerContext context, ref ulong units)
    {
        switch (context.Encoding)
        {
            case StringEncoding.Utf8:
                return StoredEncoding.Utf8;
            case StringEncoding.Utf16:
                return StoredEncoding.Utf16;
            default:
                var tag = Utf16Tag(context.Is64);
                var isUtf16 = (units & tag) != 0;
                units &= ~tag;
                return isUtf16 ? StoredEncoding.Utf16 : StoredEncoding.Latin1;
        }
    }

    private static bool HasLoneSurrogate(ReadOnlySpan<char> text)
    {
        for (var i = text.IndexOfAnyInRange('\uD800', '\uDFFF'); i >= 0 && i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
            {
                continue;
            }
            if (!char.IsHighSurrogate(text[i]) || i + 1 == text.Length || !char.IsLowSurrogate(text[i + 1]))
            {
                return true;
            }
            i++;
        }
        return false;
    }

    [DoesNotReturn, StackTraceHidden]
    private static void ThrowInvalid(string encoding) => throw new Trap(TrapKind.CanonicalAbi, $"string is not valid {encoding}");
}

/// <summary>How one string is stored, after the tag of <c>latin1+utf16</c> is resolved.</summary>
internal enum StoredEncoding
{
    Utf8,
    Utf16,
    Latin1,
}

/// <summary>A string on its way from one guest to another.</summary>
/// <param name="Text">The text.</param>
/// <param name="Encoding">How the source stores it.</param>
/// <param name="Units">Its length there in code units.</param>
/// <param name="SourceEncoding">The encoding option of the source.</param>
internal readonly record struct LinkedString(string Text, StoredEncoding Encoding, ulong Units, StringEncoding SourceEncoding);
