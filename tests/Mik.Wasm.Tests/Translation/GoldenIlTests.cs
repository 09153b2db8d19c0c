using System.Reflection;
using System.Text.RegularExpressions;
using Mik.Testing;
using Mik.Wasm.Translation;

namespace Mik.Wasm.Tests.Translation;

/// <summary>
/// The CIL of small functions, one for each idea of the translator, so that a change of the generator shows as a diff.
/// <c>MIK_UPDATE_GOLDEN=1</c> writes the files again.
/// </summary>
public sealed class GoldenIlTests
{
    private static readonly byte[] I32 = [Op.TypeI32];
    private static readonly byte[] TwoI32 = [Op.TypeI32, Op.TypeI32];

    // A call of this function ends what is known about the length of the memory.
    private const byte Callee = 0;

    public static TheoryData<string> Names => [.. Functions.Keys];

    private static Dictionary<string, byte[]> Functions { get; } = new()
    {
        // Pure operations stay a tree; a comparison joins its branch.
        ["trees"] =
        [
            Op.LocalGet, 0, Op.LocalGet, 1, Op.I32Add, Op.LocalGet, 0, Op.I32Mul, Op.I32Const, 10, Op.I32LtU,
            Op.If, Op.TypeI32, Op.I32Const, 1, Op.Else, Op.I32Const, 2, Op.End,
        ],
        // A read that waits on the stack is computed before its local is written.
        ["pending-read"] = [Op.LocalGet, 0, Op.LocalGet, 1, Op.LocalSet, 0, Op.LocalGet, 0, Op.I32Sub],
        // The second access is covered by the check of the first.
        ["covered-check"] =
        [
            Op.LocalGet, 0, Op.I32Load, 2, 8, Op.LocalGet, 0, Op.I32Load, 2, 4, Op.I32Add,
        ],
        // The first of several loads is checked for all of them.
        ["load-run"] =
        [
            Op.LocalGet, 0, Op.I32Load, 2, 4, Op.LocalGet, 0, Op.I32Load, 2, 8, Op.I32Add, Op.LocalGet, 0, Op.I32Load, 2, 12, Op.I32Add,
        ],
        // A store ends what one check covers.
        ["load-store-load"] =
        [
            Op.LocalGet, 0, Op.LocalGet, 0, Op.I32Load, 2, 4, Op.I32Store, 2, 0, Op.LocalGet, 0, Op.I32Load, 2, 8,
        ],
        // The length is read again after the call, and only because it is needed.
        ["length-after-call"] =
        [
            Op.LocalGet, 0, Op.I32Load, 2, 0, Op.LocalSet, 1, Op.Call, Callee, Op.LocalGet, 1, Op.I32Load, 2, 0,
        ],
        // Interrupt check at the head, refresh before the branch back.
        ["loop"] =
        [
            Op.Loop, Op.Empty, Op.LocalGet, 0, Op.LocalGet, 1, Op.I32Store, 2, 0, Op.Call, Callee,
            Op.LocalGet, 1, Op.I32Const, 1, Op.I32Sub, Op.LocalTee, 1, Op.BrIf, 0, Op.End,
            Op.LocalGet, 0,
        ],
        // Results pass through locals of the block.
        ["branch-with-value"] =
        [
            Op.Block, Op.TypeI32, Op.LocalGet, 0, Op.LocalGet, 1, Op.BrIf, 0, Op.Drop, Op.I32Const, 7, Op.End,
        ],
        ["branch-table"] =
        [
            Op.Block, Op.Empty, Op.Block, Op.Empty, Op.LocalGet, 0, Op.BrTable, 2, 0, 1, 1, Op.End,
            Op.I32Const, 1, Op.Return, Op.End, Op.I32Const, 2,
        ],
        ["division"] = [Op.LocalGet, 0, Op.LocalGet, 1, Op.I32DivS, Op.LocalGet, 0, Op.I32Const, 10, Op.I32DivS, Op.I32Add],
        ["call-indirect"] = [Op.LocalGet, 0, Op.LocalGet, 1, Op.CallIndirect, 1, 0],
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void Translator_SmallFunction_EmitsTheKnownCode(string name)
    {
        var builder = new ModuleBuilder();
        builder.Memory(1, 2);
        builder.Table(1);
        builder.Function("callee", builder.Type([], []), []);
        builder.Type(I32, I32);
        builder.Function(name, TwoI32, I32, Functions[name]);
        var code = ModuleTranslator.Translate(builder.ToModule()).Type;
        var text = IlDisassembler.Print(code.GetMethod(name, BindingFlags.Static | BindingFlags.NonPublic)!);
        if (name == "call-indirect")
        {
            // Numbers of function types are given out as the process meets them.
            text = Regex.Replace(text, @"(?<=ldind\.i4\n\t)ldc\.i4[^\n]*", "ldc.i4 <type>", RegexOptions.None, TimeSpan.FromSeconds(1));
        }
        var path = RepositoryRoot.Combine("tests", "golden", "il", name + ".il");
        if (Environment.GetEnvironmentVariable("MIK_UPDATE_GOLDEN") == "1")
        {
            File.WriteAllText(path, text);
        }
        Assert.Equal(File.ReadAllText(path).ReplaceLineEndings("\n"), text);
    }
}
