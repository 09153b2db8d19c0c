using Mik.Scripting.Engine;
using Mik.Scripting.Sources;

namespace Mik.Scripting.Execution;

/// <summary>Makes images in which the JavaScript that stands between the host and a script has been evaluated.</summary>
internal static class DriverImage
{
    private const long MemoryBytes = 1L << 30;

    private static readonly string[] HostFunctions = ["call", "done", "entropy", "failed", "fetch", "loaded", "log", "random", "report", "timer", "untimer"];

    /// <summary>Evaluates a driver in a new world. Blocks, on a deep stack.</summary>
    /// <param name="module">The driver.</param>
    /// <param name="isForTests">Whether it may import what only tests may.</param>
    /// <param name="entries">The functions of it that the host calls.</param>
    public static HeapImage Boot(string module, bool isForTests, params string[] entries)
    {
        var modules = new ScriptModules(new ScriptFolder("."), isForTests);
        using var heap = ScriptHeap.Boot(MemoryBytes, new DriverHost(modules));
        var door = heap.OfferHost("mikHost", HostFunctions);
        heap.EvaluateModule(modules.Load(module), module);
        heap.TakeEntries(door, entries);
        return heap.TryCapture(MemoryBytes)!;
    }

    private sealed class DriverHost(ScriptModules modules) : IHeapHost
    {
        public string Resolve(string importer, string specifier) => modules.Resolve(importer, specifier);

        public byte[] Load(string module) => modules.Load(module);

        public double? Call(ReadOnlySpan<byte> function, HostArguments arguments) => null;

        public void Output(string text)
        {
        }
    }
}
