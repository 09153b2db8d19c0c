using System.Collections.Immutable;

namespace Mik.Wasm.Model;

/// <summary>What a defined type is the type of.</summary>
public enum TypeForm : byte
{
    /// <summary>Functions.</summary>
    Function,
    /// <summary>Structures.</summary>
    Struct,
    /// <summary>Arrays.</summary>
    Array,
}

/// <summary>
/// A type that modules define (core specification 2.3.9): one object for all equal ones of the process, as long as anything refers to it.
/// </summary>
public sealed class WasmTypeDefinition
{
    /// <summary>The most supertypes above a type; browsers have the same limit.</summary>
    internal const int MaximumDepth = 63;

    internal WasmTypeDefinition(RecursionGroup group, int number, TypeForm form, bool isFinal, WasmTypeDefinition? supertype)
    {
        Group = group;
        Number = number;
        Form = form;
        IsFinal = isFinal;
        Supertype = supertype;
        Depth = supertype is null ? 0 : supertype.Depth + 1;
        Display = new int[Depth + 1];
        supertype?.Display.CopyTo(Display, 0);
        Display[Depth] = number;
    }

    /// <summary>A number that no other type of the process has while this one is in use; above 0.</summary>
    public int Number { get; }

    /// <summary>What it is the type of.</summary>
    public TypeForm Form { get; }

    /// <summary>Whether no type may extend it.</summary>
    public bool IsFinal { get; }

    /// <summary>The declared supertype, or null.</summary>
    public WasmTypeDefinition? Supertype { get; }

    /// <summary>How many supertypes are above it.</summary>
    public int Depth { get; }

    /// <summary>The function type of <see cref="TypeForm.Function"/>.</summary>
    public FunctionType? Function { get; internal set; }

    /// <summary>The fields of a structure; the one of an array's elements.</summary>
    public ImmutableArray<FieldType> Fields { get; internal set; } = [];

    /// <summary>The group that it was defined with; keeps it and all that they refer to.</summary>
    internal RecursionGroup Group { get; }

    /// <summary>The numbers of the supertypes from the topmost on; the own one is last.</summary>
    internal int[] Display { get; }

    /// <summary>A reference to it, without null.</summary>
    public WasmValueType Reference => new(WasmTypeKind.Reference, Heap, IsNonNull: true, Number);

    /// <summary>Where the fields of its objects are (or, of a function type, of the exceptions that have it), found by whoever asks first.</summary>
    internal object? Layout { get; set; }

    /// <summary>The address of the native record that its objects refer to; 0 before the first. It is freed with the group.</summary>
    internal nint Record { get; set; }

    /// <summary>What callers of functions of the type share, made by whoever calls first.</summary>
    internal object? Thunks { get; set; }

    /// <summary>The heap type of references to it.</summary>
    internal HeapTypeKind Heap => HeapTypeKind.DefinedFunction + (byte)Form;

    /// <summary>Whether it is the other one or extends it.</summary>
    internal bool Matches(WasmTypeDefinition other) => this == other || (Depth > other.Depth && Display[other.Depth] == other.Number);
}
