using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Mik.Scripting.Engine;
using Mik.Wasm.Execution;

namespace Mik.Scripting.TypeScript;

/// <summary>TypeScript without its types, or what is wrong with it.</summary>
/// <param name="Code">JavaScript in UTF-8, or null.</param>
/// <param name="Map">From the code to the source.</param>
/// <param name="Error">What is wrong, when there is no code.</param>
/// <param name="Line">Where, from 1.</param>
/// <param name="Column">Where, from 1.</param>
internal sealed record StrippedSource(byte[]? Code, SourceMap? Map, string? Error = null, int Line = 0, int Column = 0);

/// <summary>Takes the types out of TypeScript, inside a heap of QuickJS; results are kept by content.</summary>
internal static class TypeStripper
{
    private const string Entry = "stripTypes";
    private const int KeptResults = 512;
    private const long MemoryBytes = 256L << 20;

    private static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(20);
    private static readonly ConcurrentDictionary<string, StrippedSource> Kept = new(StringComparer.Ordinal);
    private static readonly Lazy<HeapImage> Image = new(Boot);

    /// <summary>Strips a file; the name is for messages. Blocks, on a deep stack.</summary>
    public static StrippedSource Strip(string source, string name)
    {
        var key = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(source)));
        if (Kept.TryGetValue(key, out var known))
        {
            return known;
        }

        var stripped = Run(source, name);
        if (Kept.Count >= KeptResults)
        {
            Kept.Clear();
        }

        return Kept[key] = stripped;
    }

    private static StrippedSource Run(string source, string name)
    {
        using var heap = ScriptHeap.From(Image.Value, MemoryBytes);
        using var limit = new Timer(_ => heap.Interrupt("too long"), null, TimeLimit, Timeout.InfiniteTimeSpan);
        try
        {
            var result = heap.CallForText(Entry, Encoding.UTF8.GetBytes(source), Encoding.UTF8.GetBytes(name));
            using var json = JsonDocument.Parse(result);
            var root = json.RootElement;
            return root.TryGetProperty("code", out var code)
                ? new StrippedSource(Encoding.UTF8.GetBytes(code.GetString()!), SourceMap.Parse(root.GetProperty("mappings").GetString()!, Moved(root.GetProperty("moved"))))
                : new StrippedSource(null, null, root.GetProperty("message").GetString(), root.GetProperty("line").GetInt32(), root.GetProperty("column").GetInt32());
        }
        catch (Exception exception) when (exception is Trap or ScriptErrorException)
        {
            return new StrippedSource(null, null, "the TypeScript is too large or too deep to be read: " + exception.Message, 1, 1);
        }
    }

    private static (int Line, int Column, int By)[] Moved(JsonElement moved) =>
        [.. moved.EnumerateArray().Select(move => (move[0].GetInt32(), move[1].GetInt32(), move[2].GetInt32()))];

    private static HeapImage Boot()
    {
        using var heap = ScriptHeap.Boot(MemoryBytes, new NoHost());
        heap.EvaluateScript(EmbeddedSources.Bytes("stripper.js"), "mik:stripper");
        heap.TakeEntries(heap.Global(), Entry);
        return heap.Capture();
    }

    private sealed class NoHost : IHeapHost
    {
        public string Resolve(string importer, string specifier) => throw new ScriptImportException("nothing can be imported");

        public byte[] Load(string module) => throw new ScriptImportException("nothing can be imported");

        public double? Call(ReadOnlySpan<byte> function, HostArguments arguments) => null;

        public void Output(string text)
        {
        }
    }
}
