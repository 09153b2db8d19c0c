using System.Collections.Concurrent;
using Mik.Wasm.Model;

namespace Mik.Wasm.Execution;

/// <summary>
/// Gives every structural <see cref="FunctionType"/> one number for the life of the process, so that
/// <c>call_indirect</c> and import matching compare integers. Thread-safe; numbers start at 1.
/// </summary>
internal static class FunctionTypeRegistry
{
    private static readonly ConcurrentDictionary<FunctionType, int> Numbers = new();
    private static readonly Lock Gate = new();
    private static FunctionType[] _types = new FunctionType[64];
    private static int _count;

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
            number = _count + 1;
            if (number == _types.Length)
            {
                var larger = new FunctionType[number * 2];
                _types.CopyTo(larger, 0);
                Volatile.Write(ref _types, larger);
            }
            _types[number] = type;
            Volatile.Write(ref _count, number);
            Numbers[type] = number;
            return number;
        }
    }

    /// <summary>The type with a number that <see cref="IdOf"/> gave.</summary>
    public static FunctionType TypeOf(int number) => Volatile.Read(ref _types)[number];
}
