using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Mik.Wasm.Model;

namespace Mik.Wasm.Execution;

/// <summary>
/// Gives every structural <see cref="FunctionType"/> one number for the life of the process, so that
/// <c>call_indirect</c> and import matching compare integers. Thread-safe; numbers are above 0. A type's number is nearly always the
/// same in every process, so that saved code holds good: it comes from the type's structure, and only the second of two types
/// whose structures give the same takes another one.
/// </summary>
internal static class FunctionTypeRegistry
{
    private const uint HashBasis = 2166136261;
    private const uint HashPrime = 16777619;

    private static readonly ConcurrentDictionary<FunctionType, int> Numbers = new();
    private static readonly ConcurrentDictionary<int, FunctionType> Types = new();
    private static readonly Lock Gate = new();

    /// <summary>The number of a type.</summary>
    public static int IdOf(FunctionType type)
    {
        if (Numbers.TryGetValue(type, out var number))
        {
            return number;
        }
        lock (Gate)
        {
            if (Numbers.TryGetValue(type, out number))
            {
                return number;
            }
            for (number = Preferred(type); number == 0 || !Types.TryAdd(number, type);)
            {
                // Another step for each type and process: types made to give the same number do not stand in each other's way.
                number = (number + (type.GetHashCode() | 1)) & int.MaxValue;
            }
            Numbers[type] = number;
            return number;
        }
    }

    /// <summary>The type with a number that <see cref="IdOf"/> gave.</summary>
    public static FunctionType TypeOf(int number) => Types[number];

    // FNV-1a over the binary encodings.
    private static int Preferred(FunctionType type)
    {
        var hash = Add(HashBasis, type.Parameters);
        return (int)(Add((hash ^ byte.MaxValue) * HashPrime, type.Results) & int.MaxValue);
    }

    private static uint Add(uint hash, ReadOnlySpan<WasmValueType> types)
    {
        foreach (var part in MemoryMarshal.AsBytes(types))
        {
            hash = (hash ^ part) * HashPrime;
        }
        return hash;
    }
}
