using Mik.Testing;
using Mik.Wasm.Model;
using Mik.Wasm.Opcodes;

namespace Mik.Wasm.Tests.Documentation;

/// <summary>docs/relaxed-simd.md says of each relaxed instruction what it gives.</summary>
public sealed class RelaxedSimdTests
{
    [Fact]
    public void Document_EveryInstruction_HasItsRow()
    {
        var document = File.ReadAllText(RepositoryRoot.Combine("docs", "relaxed-simd.md"));
        var relaxed = OpcodeTable.Rows.ToArray().Where(row => row.Features.HasFlag(WasmFeatures.RelaxedSimd)).ToArray();

        Assert.Equal(20, relaxed.Length);
        Assert.All(relaxed, row => Assert.Contains($"| `{row.Name}` | ", document, StringComparison.Ordinal));
    }
}
