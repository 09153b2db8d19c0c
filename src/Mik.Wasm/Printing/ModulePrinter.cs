using System.Globalization;
using System.Text;
using Mik.Wasm.Decoding;
using Mik.Wasm.Model;
using Mik.Wasm.Opcodes;

namespace Mik.Wasm.Printing;

/// <summary>Prints the parts of a module that errors and traces point at. It reads like the text format and is not meant to be parsed.</summary>
internal static class ModulePrinter
{
    /// <summary>Imports, exports and the types of all functions, one per line.</summary>
    public static string PrintOutline(WasmModule module)
    {
        var text = new StringBuilder();
        foreach (var import in module.Imports)
        {
            text.Append(CultureInfo.InvariantCulture, $"import \"{import.Module}\" \"{import.Name}\" {Describe(import.Type)}\n");
        }
        for (var i = module.ImportedFunctionCount; i < module.FunctionCount; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{NameOf(module, i)} {module.FunctionTypeOf(i)}\n");
        }
        foreach (var export in module.Exports)
        {
            text.Append(CultureInfo.InvariantCulture, $"export \"{export.Name}\" {Describe(module.TypeOf(export))}\n");
        }
        return text.ToString();
    }

    /// <summary>The instructions of a function, one per line: offset in the module, indentation by block.</summary>
    public static string PrintFunction(WasmModule module, int functionIndex)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{NameOf(module, functionIndex)} {module.FunctionTypeOf(functionIndex)}\n");
        var depth = 1;
        var reader = new InstructionReader(module, module.Bodies[functionIndex - module.ImportedFunctionCount]);
        while (reader.Read(out var instruction))
        {
            depth -= instruction.Opcode is Opcode.End or Opcode.Else ? 1 : 0;
            text.Append(CultureInfo.InvariantCulture, $"{instruction.Offset:x6}").Append(' ', 2 * Math.Clamp(depth, 0, 40))
                .Append(InstructionPrinter.Print(instruction)).Append('\n');
            depth += instruction.Opcode is Opcode.Block or Opcode.Loop or Opcode.If or Opcode.Else or Opcode.TryTable ? 1 : 0;
        }
        return text.ToString();
    }

    /// <summary>The function's name in the name section, or <c>wasm-function[i]</c>.</summary>
    public static string NameOf(WasmModule module, int functionIndex) =>
        module.FunctionNames.TryGetValue(functionIndex, out var name)
            ? name
            : string.Create(CultureInfo.InvariantCulture, $"wasm-function[{functionIndex}]");

    private static string Describe(ExternalType type) => type.Kind switch
    {
        ExternalKind.Function => $"function {type.Function}",
        ExternalKind.Tag => $"tag {type.Function}",
        ExternalKind.Table => $"table {type.Table.ElementType} {Describe(type.Table.Limits)}",
        ExternalKind.Memory => $"memory {Describe(type.Memory.Limits)}{(type.Memory.IsShared ? " shared" : "")}",
        _ => $"global {(type.Global.IsMutable ? "mutable " : "")}{type.Global.ValueType}",
    };

    private static string Describe(Limits limits) =>
        string.Create(CultureInfo.InvariantCulture, $"{(limits.Is64 ? "64-bit " : "")}{limits.Minimum}..{limits.Maximum}");
}
