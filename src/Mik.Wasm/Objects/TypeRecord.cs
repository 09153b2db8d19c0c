using System.Runtime.InteropServices;
using Mik.Wasm.Model;

namespace Mik.Wasm.Objects;

/// <summary>
/// A structure or array type as emitted code sees it: what type words point to. After it come the numbers of its supertypes, the topmost first, and
/// its own; then zeros up to the place of <see cref="LeastDisplay"/> supertypes, so that only a cast to a deeper type has to look at the depth.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct TypeRecord
{
    /// <summary>Places for supertypes that every record has.</summary>
    public const int LeastDisplay = 8;

    /// <summary>What its objects are.</summary>
    public ObjectKind Kind;

    /// <summary>How many supertypes are above it.</summary>
    public int Depth;

    /// <summary>Offset of the number at a depth.</summary>
    public static int OffsetOf(int depth) => sizeof(TypeRecord) + (depth * sizeof(int));

    /// <summary>The record of a type; it is there as long as the type.</summary>
    public static nint Of(WasmTypeDefinition type)
    {
        if (type.Record == 0)
        {
            lock (type)
            {
                if (type.Record == 0)
                {
                    type.Record = Make(type.Form == TypeForm.Struct ? ObjectKind.Struct : ObjectKind.Array, type.Display);
                }
            }
        }
        return type.Record;
    }

    /// <summary>Makes a record.</summary>
    public static nint Make(ObjectKind kind, ReadOnlySpan<int> display)
    {
        var record = (TypeRecord*)NativeMemory.AllocZeroed((nuint)OffsetOf(Math.Max(display.Length, LeastDisplay)));
        record->Kind = kind;
        record->Depth = display.Length - 1;
        display.CopyTo(new Span<int>((byte*)record + OffsetOf(0), display.Length));
        return (nint)record;
    }
}
