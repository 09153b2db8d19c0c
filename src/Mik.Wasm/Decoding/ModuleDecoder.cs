using System.Buffers.Binary;
using Mik.Wasm.Model;

namespace Mik.Wasm.Decoding;

/// <summary>
/// Decodes a binary module (core specification 5.5): checks the preamble, walks over the sections in their order and gives
/// each to the class that is named after it. Function bodies are only cut out; their instructions are read by validation.
/// </summary>
internal static class ModuleDecoder
{
    private const uint Magic = 0x6D73_6100;
    private const ushort Version = 1;
    private const int PreambleLength = 8;

    /// <summary>Decodes a module.</summary>
    /// <exception cref="InvalidModuleException">The bytes are malformed, or need a feature that is off.</exception>
    public static WasmModule Decode(ReadOnlyMemory<byte> bytes, WasmFeatures features, LoadBudget? budget = null)
    {
        var span = bytes.Span;
        CheckPreamble(span);
        var module = new WasmModule(bytes);
        var sections = new SectionDecoder(module);
        var reader = new WasmReader(span, PreambleLength, span.Length - PreambleLength, features, budget)
        {
            Types = module.TypeSpace,
            Use = module.Use,
        };
        while (!reader.IsAtEnd)
        {
            sections.Decode(ref reader);
        }
        sections.Finish(reader.Position);
        return module;
    }

    /// <summary>Whether the bytes start as a component does, which <see cref="Decode"/> refuses.</summary>
    public static bool IsComponent(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= PreambleLength
        && BinaryPrimitives.ReadUInt32LittleEndian(bytes) == Magic
        && BinaryPrimitives.ReadUInt16LittleEndian(bytes[6..]) == 1;

    private static void CheckPreamble(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 4)
        {
            Throw.Malformed("unexpected end: no magic header", bytes.Length);
        }
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes) != Magic)
        {
            Throw.Malformed("magic header not detected", 0);
        }
        if (bytes.Length < PreambleLength)
        {
            Throw.Malformed("unexpected end: no binary version", bytes.Length);
        }
        if (IsComponent(bytes))
        {
            Throw.Malformed("this is a component, not a core module", 4);
        }
        if (BinaryPrimitives.ReadUInt16LittleEndian(bytes[4..]) != Version || BinaryPrimitives.ReadUInt16LittleEndian(bytes[6..]) != 0)
        {
            Throw.Malformed("unknown binary version", 4);
        }
    }
}
