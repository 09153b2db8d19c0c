using System.Reflection;
using Mik.Wasm.Model;
using Mik.Wasm.Translation;

namespace Mik.Wasm.Debugging;

/// <summary>Which function an emitted method is. Names need not be unique; the order in which methods were declared is.</summary>
internal static class FunctionMethods
{
    /// <summary>The number of the defined function; null when the method is another one.</summary>
    public static int? FunctionOf(WasmModule module, MethodBase method)
    {
        var type = method.DeclaringType!;
        var tokens = type.GetMethods(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
            .Select(declared => (declared.MetadataToken, declared.Name))
            .OrderBy(declared => declared.MetadataToken)
            .ToArray();
        var (first, count) = ModuleTranslation.FunctionsOf(module, EmissionTarget.NumberOf(type.Name)).GetOffsetAndLength(module.Bodies.Length);
        var place = Array.FindIndex(tokens, declared => declared.MetadataToken == method.MetadataToken);
        if (place < count)
        {
            return place < 0 ? null : first + place;
        }
        if (!ModuleTranslation.IsLargeBody(method.Name))
        {
            return null;
        }
        var number = tokens.Take(place).Skip(count).Count(declared => ModuleTranslation.IsLargeBody(declared.Name));
        return Enumerable.Range(first, count).Where(
            function => ModuleTranslation.IsLarge(module, function)).Select(function => (int?)function).ElementAtOrDefault(number);
    }
}
