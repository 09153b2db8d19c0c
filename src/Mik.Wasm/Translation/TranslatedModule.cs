using System.Globalization;
using System.Reflection;
using Mik.Wasm.Execution;

namespace Mik.Wasm.Translation;

/// <summary>The emitted code of a module. Whoever holds pointers into it must also hold this object.</summary>
internal sealed class TranslatedModule
{
    private readonly Type[] _classes;

    public TranslatedModule(ContextLayout layout, Type[] classes, bool writesTables)
    {
        WritesTables = writesTables;
        Layout = layout;
        _classes = classes;
    }

    /// <summary>The layout of the context block that the code expects.</summary>
    public ContextLayout Layout { get; }

    /// <summary>Whether an instruction may change a table.</summary>
    public bool WritesTables { get; }

    /// <summary>The first of the classes with the methods.</summary>
    public Type Type => _classes[0];

    /// <summary>The classes with the methods: those of the functions in order, then further ones.</summary>
    public IReadOnlyList<Type> Classes => _classes;

    /// <summary>The name of a method that writes code pointers; names of guests have no control characters.</summary>
    public static string CodePointersName(int part) =>
        string.Create(CultureInfo.InvariantCulture, $"\u0001code pointers {part}");

    /// <summary>Writes the entry point of every defined function. It stays the same when the function is compiled.</summary>
    public unsafe void GetCode(nint* destination)
    {
        foreach (var type in _classes)
        {
            for (var part = 0; MethodOf(type, part) is { } method; part++)
            {
                ((delegate*<nint, void>)method.MethodHandle.GetFunctionPointer())((nint)destination);
            }
        }
    }

    private static MethodInfo? MethodOf(Type type, int part) =>
        type.GetMethod(CodePointersName(part), BindingFlags.Static | BindingFlags.NonPublic);
}
