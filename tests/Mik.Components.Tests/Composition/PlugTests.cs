using System.Text;
using Mik.Components.Composition;
using Mik.Components.Decoding;
using Mik.Components.Model;
using Mik.Components.Printing;
using Mik.Testing;
using Mik.Wasm.Model;
using Mik.Wasm.Validation;

namespace Mik.Components.Tests.Composition;

public sealed class PlugTests
{
    private static CompositionPart Bridge => Part("bridge");

    private static CompositionPart Handler => Part("core-handler");

    [Fact]
    public void Into_HandlerIntoBridge_ImportsTheRestAndExportsTheBridges()
    {
        var composed = Component.Load(Plug.Into(Bridge, Handler));

        Assert.DoesNotContain(composed.Imports, import => import.Name.Text.StartsWith("mik:core/", StringComparison.Ordinal));
        Assert.Equal(
            Bridge.Component.Imports.Select(import => import.Name.Text).Where(
                name => !name.StartsWith("mik:core/", StringComparison.Ordinal)).Order(StringComparer.Ordinal),
            composed.Imports.Select(import => import.Name.Text).Order(StringComparer.Ordinal));
        Assert.Equal(Bridge.Component.Exports.Select(export => export.Name.Text), composed.Exports.Select(export => export.Name.Text));
    }

    [Fact]
    public void Into_ResultAsAPlugAgain_StaysValid()
    {
        // A bridge within a bridge: its handler is the composed component's core handler, which is not exported any more.
        var composed = new CompositionPart("composed", Plug.Into(Bridge, Handler));

        var error = Assert.Throws<CompositionException>(() => Plug.Into(Bridge, composed));
        Assert.Contains("composed", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Into_SamePlugTwice_NamesWhatIsSatisfiedTwice()
    {
        var error = Assert.Throws<CompositionException>(() => Plug.Into(Bridge, Handler, Handler));

        Assert.Contains("mik:core/handler@0.1.0", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\u0003get\u0004post", "\u0003got\u0004post", "method", "expected enum {get, post, put, patch, …}, found enum {got, post, put, patch, …}")]
    [InlineData("\u0004path", "\u0004pith", "request-data", "expected record {method, path, headers, body}, found record {method, pith, headers, body}")]
    [InlineData("\u0006status\u007b", "\u0006status\u0079", "response", "in field `status`: expected u16, found u32")]
    public void Into_OtherTypes_NamesInterfaceFunctionAndType(string from, string to, string type, string difference)
    {
        // The same handler with a little of its types changed: as long, so that the binary stays whole.
        var other = new CompositionPart("other", Replaced(Handler.Bytes.ToArray(), from, to));

        var error = Assert.Throws<CompositionException>(() => Plug.Into(Bridge, other));

        Assert.Contains("`mik:core/handler@0.1.0`", error.Message, StringComparison.Ordinal);
        Assert.Contains($"`{type}` (used by function `handle`)", error.Message, StringComparison.Ordinal);
        Assert.EndsWith(difference, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Encode_CoreModuleOfAHandler_IsTheSameComponent()
    {
        var module = CoreModuleOf("core-handler");

        var bytes = CoreHandlerComponent.Encode(module);

        var component = Component.Load(bytes);
        Assert.Empty(component.Imports);
        Assert.Equal(["mik:core/handler@0.1.0"], component.Exports.Select(export => export.Name.Text));
        Assert.Equal(WitPrinter.Print(Handler.Component), WitPrinter.Print(component));
        Assert.NotEmpty(Plug.Into(Bridge, new CompositionPart("made", bytes)));
    }

    [Fact]
    public void Encode_CoreModuleThatCalls_ImportsTheClient()
    {
        var bytes = CoreHandlerComponent.Encode(ModuleWithImport("mik:core/client@0.1.0"));

        var component = Component.Load(bytes);
        Assert.Equal(["mik:core/client@0.1.0"], component.Imports.Select(import => import.Name.Text));
        Assert.Contains("send: func(req: request) -> result<response, string>;", WitPrinter.Print(component), StringComparison.Ordinal);
        Assert.Contains(
            "may import nothing but 'send' of 'mik:core/client@0.1.0'",
            Assert.Throws<CompositionException>(() => CoreHandlerComponent.Encode(ModuleWithImport("env:core/client@0.1.0"))).Message,
            StringComparison.Ordinal);
    }

    /// <summary>A handler of three functions that do nothing, and an import that it does not use.</summary>
    private static WasmModule ModuleWithImport(string from)
    {
        byte[] Name(string name) => [(byte)name.Length, .. Encoding.ASCII.GetBytes(name)];
        byte[] Section(byte id, byte[] content) => [id, (byte)content.Length, .. content];
        byte[] Function(byte parameters, byte[] results) => [0x60, parameters, .. Enumerable.Repeat((byte)0x7F, parameters), (byte)results.Length, .. results];
        return WasmModule.Load((byte[])[
            .. "\0asm\u0001\0\0\0"u8,
            .. Section(1, [3, .. Function(10, []), .. Function(8, [0x7F]), .. Function(4, [0x7F])]),
            .. Section(2, [1, .. Name(from), .. Name("send"), 0, 0]),
            .. Section(3, [2, 1, 2]),
            .. Section(5, [1, 0, 1]),
            .. Section(7, [3, .. Name("memory"), 2, 0, .. Name("mik:core/handler@0.1.0#handle"), 0, 1, .. Name("cabi_realloc"), 0, 2]),
            .. Section(10, [2, 4, 0, 0x41, 0, 0x0B, 4, 0, 0x41, 0, 0x0B]),
        ]);
    }

    [Fact]
    public void Encode_OtherModule_SaysWhatIsMissing()
    {
        var module = WasmModule.Load("\0asm\u0001\0\0\0"u8.ToArray());

        Assert.False(CoreHandlerComponent.IsHandler(module));
        Assert.Contains(
            "does not export 'mik:core/handler@0.1.0#handle'", Assert.Throws<CompositionException>(() => CoreHandlerComponent.Encode(module)).Message,
            StringComparison.Ordinal);
    }

    private static byte[] Replaced(byte[] bytes, string from, string to)
    {
        var (old, replacement) = (Encoding.Latin1.GetBytes(from), Encoding.Latin1.GetBytes(to));
        for (var at = bytes.AsSpan().IndexOf(old); at >= 0;)
        {
            replacement.CopyTo(bytes.AsSpan(at));
            var next = bytes.AsSpan(at + 1).IndexOf(old);
            at = next < 0 ? -1 : at + 1 + next;
        }

        return bytes;
    }

    /// <summary>The first core module inside a component: its first section with number 1.</summary>
    private static WasmModule CoreModuleOf(string guest)
    {
        var bytes = Guests.Read(guest);
        var at = 8;
        while (bytes[at] != 1)
        {
            var (length, size) = ReadUnsigned(bytes, at + 1);
            at += 1 + size + (int)length;
        }

        var (moduleLength, lengthSize) = ReadUnsigned(bytes, at + 1);
        return WasmModule.Load(bytes.AsMemory(at + 1 + lengthSize, (int)moduleLength));
    }

    private static (uint Value, int Size) ReadUnsigned(byte[] bytes, int at)
    {
        uint value = 0;
        for (var i = 0; ; i++)
        {
            value |= (uint)(bytes[at + i] & 0x7F) << (7 * i);
            if (bytes[at + i] < 0x80)
            {
                return (value, i + 1);
            }
        }
    }

    private static CompositionPart Part(string guest) => new(guest, Guests.Read(guest));
}
