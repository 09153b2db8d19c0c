using Mik.Components.Model;
using Mik.Wasm.Execution;

namespace Mik.Components.Runtime;

/// <summary>
/// The place in a guest's memory that a read fills or a write empties. Its bounds are checked when it is made: memories only grow, and stay where they are.
/// </summary>
internal sealed unsafe class GuestBuffer
{
    /// <summary>Most elements of one copy.</summary>
    public const uint MaximumLength = (1 << 28) - 1;

    // More is left for the next copy, so that a copy cannot outrun an interrupt.
    private const int BytesAtOnce = 1 << 20;
    private const int ElementsAtOnce = 16_384;

    private readonly CanonicalOptions _options;
    private readonly nint _address;
    private readonly int _length;

    /// <summary>A place in memory.</summary>
    /// <exception cref="Trap">It is too long, not aligned, or not inside the memory.</exception>
    public GuestBuffer(InstanceScope scope, CanonicalOptions options, ElementType element, uint pointer, uint length)
    {
        if (length > MaximumLength)
        {
            throw TaskTraps.Abi($"a buffer of {length} elements is too long");
        }
        Scope = scope;
        _options = options;
        Element = element;
        _length = (int)length;
        if (length > 0 && element.Type is not null)
        {
            CreateContext(out var context);
            _address = context.Region(pointer, length * (ulong)element.Extent.Size, (uint)element.Extent.Alignment);
        }
    }

    /// <summary>Whose memory it is.</summary>
    public InstanceScope Scope { get; }

    /// <summary>What its elements are.</summary>
    public ElementType Element { get; }

    /// <summary>Elements that were copied.</summary>
    public int Progress { get; private set; }

    /// <summary>Elements that there is still room for, or that are still there.</summary>
    public int Remaining => _length - Progress;

    /// <summary>Whether it was for no elements from the start.</summary>
    public bool IsZeroLength => _length == 0;

    /// <summary>The rest of it, of bytes.</summary>
    public Span<byte> RestBytes(int most) => new((void*)(_address + Progress), Math.Min(most, Remaining));

    /// <summary>So many were copied.</summary>
    public void Advance(int count) => Progress += count;

    /// <summary>Copies as many elements as there are and fit; fewer when that is very many.</summary>
    /// <exception cref="Trap">An element cannot be lifted or lowered.</exception>
    public void CopyFrom(GuestBuffer source)
    {
        var count = Math.Min(Remaining, source.Remaining);
        var size = (int)Element.Extent.Size;
        if (Element.Type is null)
        {
        }
        else if (Element.IsCopied)
        {
            count = Math.Min(count, BytesAtOnce / size);
            Buffer.MemoryCopy((void*)source.Next, (void*)Next, (long)count * size, (long)count * size);
        }
        else
        {
            count = Math.Min(count, ElementsAtOnce);
            source.CreateContext(out var from);
            CreateContext(out var to);
            var load = source.Loader(null);
            var store = Storer(null);
            for (var i = 0; i < count; i++)
            {
                var value = ((delegate* managed<ref LiftLowerContext, nint, object?>)load)(ref from, source.Next + (i * size));
                ((delegate* managed<ref LiftLowerContext, object?, nint, void>)store)(ref to, value, Next + (i * size));
            }
        }
        source.Advance(count);
        Advance(count);
    }

    /// <summary>Takes the next element, as a class of the host.</summary>
    /// <exception cref="Trap">It cannot be lifted.</exception>
    public object? Take(Type clr)
    {
        object? value = null;
        if (Element.Type is not null)
        {
            CreateContext(out var context);
            value = ((delegate* managed<ref LiftLowerContext, nint, object?>)Loader(clr))(ref context, Next);
        }
        Advance(1);
        return value;
    }

    /// <summary>Puts an element of the host.</summary>
    /// <exception cref="Trap">It cannot be lowered.</exception>
    public void Put(object? value, Type clr)
    {
        if (Element.Type is not null)
        {
            CreateContext(out var context);
            ((delegate* managed<ref LiftLowerContext, object?, nint, void>)Storer(clr))(ref context, value, Next);
        }
        Advance(1);
    }

    private nint Next => _address + (nint)(Progress * Element.Extent.Size);

    private nint Loader(Type? clr) => Element.Loader is { } code && code.Clr == clr
        ? code.Address : (Element.Loader = new ElementCode(clr, Scope.Root.Adapters.ElementLoader(Element.Type!, clr))).Address;

    private nint Storer(Type? clr) => Element.Storer is { } code && code.Clr == clr
        ? code.Address : (Element.Storer = new ElementCode(clr, Scope.Root.Adapters.ElementStorer(Element.Type!, clr))).Address;

    private void CreateContext(out LiftLowerContext context)
    {
        context = default;
        context.Initialize(Scope, _options.Memory ?? -1, _options.Realloc ?? -1, _options.StringEncoding, is64: false);
    }
}
