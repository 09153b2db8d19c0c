using System.Globalization;
using System.Reflection;
using Mik.Wasm.Execution;

namespace Mik.Wasm.Translation;

/// <summary>The emitted code of a module. Whoever holds pointers into it must also hold this object.</summary>
internal sealed class TranslatedModule
{
    private readonly int _codePointerMethods;

    public TranslatedModule(ContextLayout layout, Type type, int codePointerMethods)
    {
        Layout = layout;
        Type = type;
        _codePointerMethods = codePointerMethods;
    }

    /// <summary>The layout of the context block that the code expects.</summary>
    public ContextLayout Layout { get; }

    /// <summary>The class with the methods.</summary>
    public Type Type { get; }

    /// <summary>The name of the method that writes the code pointers of one part of the functions.</summary>
    public static string CodePointersName(int part) =>
        string.Create(CultureInfo.InvariantCulture, $"code pointers {part}");

    /// <summary>Writes the entry point of every defined function. It stays the same when the function is compiled.</summary>
    public unsafe void GetCode(nint* destination)
    {
        for (var part = 0; part < _codePointerMethods; part++)
        {
            var method = Type.GetMethod(CodePointersName(part), BindingFlags.Static | BindingFlags.NonPublic, [typeof(nint)])!;
            ((delegate*<nint, void>)method.MethodHandle.GetFunctionPointer())((nint)destination);
        }
    }
}
