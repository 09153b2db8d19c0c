using System.Globalization;
using Mik.Wasm.Model;

namespace Mik.Wasm.Translation;

/// <summary>Names of guest functions in stack traces.</summary>
internal static class GuestNames
{
    private const int MaximumLength = 200;

    /// <summary>The name of the name section, shortened and without control characters; else the index.</summary>
    public static string MethodNameOf(WasmModule module, int function)
    {
        if (!module.FunctionNames.TryGetValue(function, out var name) || name.Length == 0)
        {
            return string.Create(CultureInfo.InvariantCulture, $"wasm-function[{function}]");
        }
        var length = Math.Min(name.Length, MaximumLength);
        return string.Create(length, name, static (destination, source) =>
        {
            for (var i = 0; i < destination.Length; i++)
            {
                destination[i] = char.IsControl(source[i]) || char.IsSurrogate(source[i]) ? '?' : source[i];
            }
        });
    }
}
