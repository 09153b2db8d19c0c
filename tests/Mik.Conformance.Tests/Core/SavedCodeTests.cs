using Mik.Conformance.Tests.Suites;
using Mik.Wasm.CodeCaching;
using Mik.Wasm.Model;

namespace Mik.Conformance.Tests.Core;

/// <summary>Code that was saved, and machine code, do what code in memory does: parts of the core suite again.</summary>
public sealed class SavedCodeTests : IDisposable
{
    private static readonly string[] MachineCodeFiles =
    [
        "i32/i32.json", "i64/i64.json", "f32/f32.json", "f64/f64.json", "conversions/conversions.json", "call_indirect/call_indirect.json",
        "br_table/br_table.json", "memory_trap/memory_trap.json", "address/address.json", "float_exprs/float_exprs.json",
    ];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mik-saved-");

    public static TheoryData<string, string> Files => CoreSuite.FilesOf("core", "exceptions", "gc");

    public void Dispose() => _folder.Delete(recursive: true);

    [ConformanceTheory]
    [MemberData(nameof(Files))]
    public void SavedCode_SuiteFile_DoesWhatTheSuiteSays(string group, string file)
    {
        // The second run takes its code from the files of the first.
        Check(group, file, new CodeCache(_folder.FullName) { SmallestModule = 0 }, prepare: null);
        Check(group, file, new CodeCache(_folder.FullName) { SmallestModule = 0 }, prepare: null);
    }

    [ConformanceTheory]
    [InlineData("core")]
    public void MachineCode_SuiteFiles_DoWhatTheSuiteSays(string group)
    {
        if (NativeCompiler.Find() is not { } compiler)
        {
            return;
        }

        var cache = new CodeCache(_folder.FullName) { SmallestModule = 0 };
        var compiled = 0;
        foreach (var file in MachineCodeFiles)
        {
            Check(group, file, cache, module =>
            {
                // Each start of the compiler takes a second; the large modules are those with the instructions.
                if (module.DefinedFunctionCount > 20)
                {
                    compiled += cache.PrecompileAsync(module, compiler, CancellationToken.None).GetAwaiter().GetResult() ? 1 : 0;
                }
            });
        }

        Assert.NotEqual(0, compiled);
        Assert.Equal(compiled, cache.Found);
    }

    private static void Check(string group, string file, CodeCache cache, Action<WasmModule>? prepare)
    {
        using var runner = new CoreSuiteRunner(
            SuiteArchive.Open(CoreSuite.Name, group).ReadFile(file), importsByName: false, addressSpace: null, cache, prepare);
        FailureList.AssertEmpty(runner.Run(SuiteProfile.Cm02, TimeSpan.FromMinutes(1))
            .Where(failure => !Expectations.Contains(group, Expectations.NameOf(group, file), failure.Line))
            .Select(failure => $"{file}, line {failure.Line}: {failure.Failure}"));
    }
}
