using System.Diagnostics;

namespace Mik.Wasm.Execution;

/// <summary>The guest's functions on the stack of an exception.</summary>
internal static class GuestStack
{
    /// <summary>Name of the assemblies that hold emitted guest code.</summary>
    public const string AssemblyName = "mik.guest";

    /// <summary>Frames beyond this one are left out: an exhausted stack has tens of thousands.</summary>
    private const int MostFrames = 100;

    /// <summary>Names of the guest's functions, innermost first.</summary>
    public static IReadOnlyList<string> Of(Exception exception)
    {
        var names = new List<string>();
        foreach (var frame in new StackTrace(exception, fNeedFileInfo: false).GetFrames())
        {
            var method = frame.GetMethod();
            if (method is not null && method.Module.Assembly.GetName().Name == AssemblyName)
            {
                names.Add(method.Name);
                if (names.Count == MostFrames)
                {
                    break;
                }
            }
        }
        return names;
    }
}
