using System.Globalization;
using System.Reflection;
using Mik.Wasm.Execution;
using Mik.Wasm.Model;

namespace Mik.Wasm.Translation;

/// <summary>The emitted code of a module. Whoever holds pointers into it must also hold this object.</summary>
internal sealed class TranslatedModule
{
    private readonly Type[] _classes;

    public TranslatedModule(ContextLayout layout, Type[] classes, bool writesTables, bool knowsExceptions)
    {
        KnowsExceptions = knowsExceptions;
        WritesTables = writesTables;
        Layout = layout;
        _classes = classes;
    }

    /// <summary>The layout of the context block that the code expects.</summary>
    public ContextLayout Layout { get; }

    /// <summary>Whether an instruction may change a table.</summary>
    public bool WritesTables { get; }

    /// <summary>Whether the code looks for exceptions after calls.</summary>
    public bool KnowsExceptions { get; }

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
            for (var part = 0; MethodOf(type, CodePointersName(part)) is { } method; part++)
            {
                ((delegate*<nint, void>)method.MethodHandle.GetFunctionPointer())((nint)destination);
            }
        }
    }

    /// <summary>The name of a method that compiles one function to machine code.</summary>
    public static string CompileName(int number) => string.Create(CultureInfo.InvariantCulture, $"\u0001compile {number}");

    /// <summary>Compiles the functions to machine code that take long, one after the other, so that neither a request nor its memory pays for it.</summary>
    public void CompileLongFunctions(CancellationToken cancellationToken)
    {
        foreach (var type in _classes)
        {
            for (var number = 0; MethodOf(type, CompileName(number)) is { } method; number++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                try
                {
                    method.CreateDelegate<Action>()();
                }
                catch (InvalidProgramException exception)
                {
                    throw new InvalidModuleException(
                        $"a function is more than the compiler takes: {exception.Message}", 0, isMalformed: false)
                    { IsOverLimit = true };
                }
            }
        }
    }

    private static MethodInfo? MethodOf(Type type, string name) => type.GetMethod(name, BindingFlags.Static | BindingFlags.NonPublic);
}
