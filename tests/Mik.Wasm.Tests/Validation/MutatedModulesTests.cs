using Mik.Testing;
using Mik.Wasm.Decoding;
using Mik.Wasm.Model;
using Mik.Wasm.Printing;
using Mik.Wasm.Validation;
using static Mik.Wasm.Tests.ModuleBytes;

namespace Mik.Wasm.Tests.Validation;

/// <summary>Damaged modules: whatever the bytes, loading gives a module or the one exception, and allocates no more than they justify.</summary>
public sealed class MutatedModulesTests
{
    private const int Mutants = 100_000;
    private const int LargestModule = 20_000;

    [Fact]
    public void Load_MutatedModules_GiveAModuleOrInvalidModuleException()
    {
        var mutator = new ModuleMutator(seed: 20261120, Corpus());
        var accepted = 0;
        for (var i = 0; i < Mutants; i++)
        {
            accepted += Load(mutator.Next(), i) ? 1 : 0;
        }
        // Both ends of the validator are reached.
        Assert.InRange(accepted, Mutants / 100, Mutants - (Mutants / 100));
    }

    private static bool Load(byte[] bytes, int number)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            var module = WasmModule.Load(bytes, number % 2 == 0 ? WasmFeatures.All : WasmFeatures.Default);
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 8_000_000 + (200L * bytes.Length));
            ModulePrinter.PrintOutline(module);
            for (var i = module.ImportedFunctionCount; i < module.FunctionCount && number % 16 == 0; i++)
            {
                ModulePrinter.PrintFunction(module, i);
            }
            return true;
        }
        catch (InvalidModuleException error)
        {
            Assert.InRange(error.Offset, 0, bytes.Length);
            return false;
        }
    }

    private static List<byte[]> Corpus()
    {
        List<byte[]> corpus =
        [
            WithFunction([I32], [I32], 0x20, 0, 0x04, I32, 0x41, 1, 0x05, 0x23, 0, 0x24, 0, 0x20, 0, 0x28, 2, 4, End),
            WithFunction([I32, I64], [], 0x02, 0x40, 0x03, 0x40, 0x20, 0, 0x0E, 2, 0, 1, 2, End, End, 0x20, 0, 0x20, 1, 0x37, 3, 0),
            WithFunction([I32], [], 0x20, 0, 0x20, 0, 0xFC, 0x0A, 0, 0, 0x41, 0, 0x11, 0, 0, 0xD0, FuncRef, 0x25, 0, 0x1A),
            WithFunction([V128], [V128], 0x20, 0, 0x20, 0, 0xFD, 13, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0xFD, 0xAE, 1),
        ];
        corpus.AddRange(GuestModules().Where(module => module.Length <= LargestModule));
        return corpus;
    }

    /// <summary>The core modules inside of the repository's guests.</summary>
    private static IEnumerable<byte[]> GuestModules()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !Directory.Exists(Path.Combine(folder.FullName, "guests")))
        {
            folder = folder.Parent;
        }
        return folder is null
            ? []
            : Directory.EnumerateFiles(Path.Combine(folder.FullName, "guests"), "*.wasm", SearchOption.AllDirectories)
                .Where(path => !path.Contains("node_modules", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
                .SelectMany(path => CoreModules(File.ReadAllBytes(path)));
    }

    private static List<byte[]> CoreModules(byte[] bytes)
    {
        const byte CoreModuleSection = 1;
        if (!ModuleDecoder.IsComponent(bytes))
        {
            return [bytes];
        }
        var modules = new List<byte[]>();
        try
        {
            var reader = new WasmReader(bytes, Preamble.Length, bytes.Length - Preamble.Length, WasmFeatures.All);
            while (!reader.IsAtEnd)
            {
                var id = reader.ReadByte();
                var contents = reader.ReadBytes((int)reader.ReadU32()).ToArray();
                if (id == CoreModuleSection)
                {
                    modules.Add(contents);
                }
            }
        }
        catch (InvalidModuleException)
        {
            // Some guests are faulty on purpose.
        }
        return modules;
    }
}
