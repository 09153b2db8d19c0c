using Mik.Components.Decoding;
using Mik.Components.HostBinding;
using Mik.Components.Linking;
using Mik.Components.Model;
using Mik.Wasm.Execution;

namespace Mik.Components.Tests.Documentation;

/// <summary>The program of docs/embedding-components.md; the parts between the lines are there word for word.</summary>
internal static class EmbeddingSample
{
    public static void Run(byte[] bytes, Action<string> print)
    {
        // --- begin ---
        // Decode, validate, match the imports and compile once; the result may be shared by all threads.
        var linker = new Linker().AddInterface(typeof(TextFunctions), "1");
        var compiled = CompiledComponent.Compile(Component.Load(bytes), linker);

        // An export as a delegate: its first parameter is the instance to call. Null when there is no such export.
        var greet = compiled.BindExport<Func<ComponentInstance, string, string>>("", "greet")!;

        // An instance owns everything that its guest can change. Make one for each piece of work.
        using var instance = compiled.Instantiate(new InstanceOptions
        {
            Limits = new ExecutionLimits { MemoryBytes = 16 << 20 },
            HostContext = new Greeting("Hello"),
        });
        print(greet(instance, "world"));

        // The same without C# types.
        print((string)instance.GetFunction("greet")!.Call("everyone")!);
        // --- end ---
    }
}

// --- begin ---
/// <summary>What the host functions are given.</summary>
public sealed record Greeting(string Word);

/// <summary><c>interface text</c> of package <c>example:docs</c>.</summary>
[WitInterface("example:docs/text")]
public static class TextFunctions
{
    /// <summary><c>shout: func(text: string) -> string</c></summary>
    public static string Shout(Greeting greeting, string text) => $"{greeting.Word}, {text.ToUpperInvariant()}!";
}
// --- end ---
