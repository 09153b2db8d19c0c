using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace Mik.Wasm.Execution;

/// <summary>The guest's functions on the stack of an exception.</summary>
internal static class GuestStack
{
    /// <summary>Name of the assemblies that hold emitted guest code.</summary>
    public const string AssemblyName = "mik.guest";

    /// <summary>Begins the names of classes with methods of a guest; adapters are in others.</summary>
    public const string ClassPrefix = "Guest";

    /// <summary>Ends the name of the method that does the work of a large function.</summary>
    public const string BodySuffix = " (body)";

    /// <summary>Frames beyond this one are left out: an exhausted stack has tens of thousands.</summary>
    private const int MostFrames = 100;

    /// <summary>Names of the guest's functions, innermost first.</summary>
    public static IReadOnlyList<string> Of(Exception exception)
    {
        var names = new List<string>();
        foreach (var frame in new StackTrace(exception, fNeedFileInfo: false).GetFrames())
        {
            if (IsGuest(frame, out var method))
            {
                names.Add(NameOf(method));
                if (names.Count == MostFrames)
                {
                    break;
                }
            }
        }
        return names;
    }

    /// <summary>Whether a frame is a function of a guest.</summary>
    public static bool IsGuest(StackFrame frame, [NotNullWhen(true)] out MethodBase? method)
    {
        method = frame.GetMethod();
        return method?.DeclaringType?.Name.StartsWith(ClassPrefix, StringComparison.Ordinal) == true && method.Module.Assembly.GetName().Name == AssemblyName;
    }

    /// <summary>The name of the function that a method does the work of.</summary>
    public static string NameOf(MethodBase method) =>
        method.Name.EndsWith(BodySuffix, StringComparison.Ordinal) ? method.Name[..^BodySuffix.Length] : method.Name;
}
