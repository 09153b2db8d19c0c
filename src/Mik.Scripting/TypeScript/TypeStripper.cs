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
internal sealed record StrippedSource(byte[]? Code, SourceMap? Map, string? Error = null, int Line = 0, int Column = 0)
{
    /// <summary>What it exports when it is CommonJS.</summary>
    public CommonJsExports? CommonJs { get; init; }

    /// <summary>Bytes that it takes, its entry among those that are kept with it.</summary>
    public long SizeBytes => 512 + (Code?.Length ?? 0) + (Map?.SizeBytes ?? 0) + (sizeof(char) * (long)(Error?.Length ?? 0));
}

/// <summary>What a file of CommonJS exports, as far as its text shows it.</summary>
/// <param name="Names">Names of single exports.</param>
/// <param name="Stars">The files all of whose exports it passes on.</param>
internal sealed record CommonJsExports(IReadOnlyList<string> Names, IReadOnlyList<string> Stars);

/// <summary>Makes JavaScript of TypeScript with TypeScript's own compiler, inside a heap of QuickJS; results are kept by content.</summary>
internal static class TypeStripper
{
    private const string StripEntry = "stripTypes";
    private const string CommonJsEntry = "readCommonJs";
    private const long MemoryBytes = 256L << 20;

    private static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(20);
    private static readonly StrippedSources Kept = new(maximumBytes: 32L << 20);
    private static readonly Lazy<HeapImage> Image = new(Boot);

    /// <summary>Makes JavaScript of a file; the name is for messages. Blocks, on a deep stack.</summary>
    /// <param name="source">Its text.</param>
    /// <param name="name">Its module.</param>
    /// <param name="others">Texts of what it imports, by their paths, as far as it may matter which of their names are types.</param>
    public static StrippedSource Strip(string source, string name, IReadOnlyDictionary<string, string> others) =>
        Keep(StripEntry, source, name, JsonSerializer.Serialize(others));

    /// <summary>Makes a module of a file of CommonJS; without code when it is none. Blocks, on a deep stack.</summary>
    public static StrippedSource ReadCommonJs(string source, string name) => Keep(CommonJsEntry, source, name);

    private static StrippedSource Keep(string entry, params string[] arguments)
    {
        var key = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', [entry, .. arguments]))));
        if (Kept.Find(key) is { } known)
        {
            return known;
        }

        var stripped = Run(entry, arguments);
        Kept.Keep(key, stripped);
        return stripped;
    }

    private static StrippedSource Run(string entry, string[] arguments)
    {
        using var heap = ScriptHeap.From(Image.Value, MemoryBytes);
        using var limit = new Timer(_ => heap.Interrupt("too long"), null, TimeLimit, Timeout.InfiniteTimeSpan);
        try
        {
            using var json = JsonDocument.Parse(heap.CallForText(entry, [.. arguments.Select(argument => (HeapArgument)Encoding.UTF8.GetBytes(argument))]));
            var root = json.RootElement;
            if (root.TryGetProperty("message", out var message))
            {
                return new StrippedSource(null, null, message.GetString(), root.GetProperty("line").GetInt32(), root.GetProperty("column").GetInt32());
            }

            return root.TryGetProperty("code", out var code)
                ? new StrippedSource(Encoding.UTF8.GetBytes(code.GetString()!), SourceMap.Parse(root.GetProperty("mappings").GetString()!))
                {
                    CommonJs = root.TryGetProperty("names", out var names) ? new CommonJsExports(Texts(names), Texts(root.GetProperty("stars"))) : null,
                }
                : new StrippedSource(null, null);
        }
        catch (Exception exception) when (exception is Trap or ScriptErrorException)
        {
            return new StrippedSource(null, null, "the file is too large or too deep to be read: " + exception.Message, 1, 1);
        }
    }

    private static string[] Texts(JsonElement list) => [.. list.EnumerateArray().Select(item => item.GetString()!)];

    private static HeapImage Boot()
    {
        using var heap = ScriptHeap.Boot(MemoryBytes, new NoHost());
        heap.EvaluateScript(EmbeddedSources.Bytes("stripper.js"), "mik:stripper");
        heap.TakeEntries(heap.Global(), StripEntry, CommonJsEntry);
        return heap.TryCapture(MemoryBytes)!;
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
