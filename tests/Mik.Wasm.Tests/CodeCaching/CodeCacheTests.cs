using System.Runtime.CompilerServices;
using Mik.Wasm.CodeCaching;
using Mik.Wasm.Execution;
using Mik.Wasm.Instantiation;
using Mik.Wasm.Model;
using Mik.Wasm.Platform;
using Mik.Wasm.Tests.Translation;
using Mik.Wasm.Translation;
using Mik.Wasm.Validation;

namespace Mik.Wasm.Tests.CodeCaching;

public sealed class CodeCacheTests : IDisposable
{
    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("mik-code-test-");

    private string Folder => Path.Combine(_home.FullName, "code");

    private IEnumerable<string> Files => Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories);

    public void Dispose() => _home.Delete(recursive: true);

    [Fact]
    public void Code_OfAnEarlierProcess_IsUsed()
    {
        var bytes = Guest().ToBytes();
        var first = new CodeCache(Folder);
        Assert.Equal(42, Run(bytes, first));

        var second = new CodeCache(Folder);
        Assert.True(second.Knows(bytes));
        Assert.Equal(42, Run(bytes, second));

        Assert.Equal((0, 1), (first.Found, first.Made));
        Assert.Equal((1, 0), (second.Found, second.Made));
        Assert.DoesNotContain(Files, file => file.EndsWith(".part", StringComparison.Ordinal));
    }

    [Fact]
    public void Code_OfOtherBytes_IsNotUsed()
    {
        Run(Guest().ToBytes(), new CodeCache(Folder));
        var cache = new CodeCache(Folder);

        Assert.Equal(43, Run(Guest(43).ToBytes(), cache));

        Assert.Equal((0, 1), (cache.Found, cache.Made));
    }

    [Fact]
    public void Code_OfAnotherEngine_IsNotUsed()
    {
        var bytes = Guest().ToBytes();
        Run(bytes, new CodeCache(Folder));
        Directory.Move(Path.Combine(Folder, CodeCacheKey.Engine), Path.Combine(Folder, "0123456789abcdef"));
        var cache = new CodeCache(Folder);

        Assert.False(cache.Knows(bytes));
        Assert.Equal(42, Run(bytes, cache));

        Assert.Equal((0, 1), (cache.Found, cache.Made));
        Assert.Equal(4, Files.Count());
    }

    [Fact]
    public void SmallModule_IsNotKept()
    {
        var builder = new ModuleBuilder();
        builder.Function("answer", [], [Op.TypeI32], Op.I32Const, 42);
        var cache = new CodeCache(Folder);

        Assert.Equal(42, Run(builder.ToBytes(), cache));

        Assert.False(Directory.Exists(Folder));
    }

    [Theory]
    [InlineData(".code")]
    [InlineData(".dll")]
    public void DamagedFile_IsMadeAnew(string suffix)
    {
        var bytes = Guest().ToBytes();
        Run(bytes, new CodeCache(Folder));
        var path = Files.Single(file => file.EndsWith(suffix, StringComparison.Ordinal));
        var good = File.ReadAllBytes(path);
        foreach (var place in Enumerable.Range(0, 40).Select(i => i * (good.Length - 1) / 39))
        {
            var bad = good.ToArray();
            bad[place] ^= 0x55;
            File.WriteAllBytes(Files.Single(file => file.EndsWith(suffix, StringComparison.Ordinal)), bad);
            var cache = new CodeCache(Folder);

            Assert.Equal(42, Run(bytes, cache));

            Assert.Equal((0, 1), (cache.Found, cache.Made));
            RemoveUnused(suffix);
        }
    }

    [Theory]
    [InlineData(".code", 0)]
    [InlineData(".code", 40)]
    [InlineData(".dll", 0)]
    [InlineData(".dll", 1000)]
    [InlineData(".dll", null)]
    public void ShortOrMissingFile_IsMadeAnew(string suffix, int? length)
    {
        var bytes = Guest().ToBytes();
        Run(bytes, new CodeCache(Folder));
        var path = Files.Single(file => file.EndsWith(suffix, StringComparison.Ordinal));
        if (length is { } kept)
        {
            File.WriteAllBytes(path, File.ReadAllBytes(path)[..kept]);
        }
        else
        {
            File.Delete(path);
        }
        var cache = new CodeCache(Folder);

        Assert.Equal(42, Run(bytes, cache));

        Assert.Equal((0, 1), (cache.Found, cache.Made));
        Assert.Equal(42, Run(bytes, new CodeCache(Folder)));
    }

    [Fact]
    public void Code_WithOtherTypeNumbers_IsNotUsed()
    {
        var bytes = Guest().ToBytes();
        Run(bytes, new CodeCache(Folder));
        var path = Files.Single(file => file.EndsWith(".code", StringComparison.Ordinal));
        var manifest = CodeManifest.Parse(File.ReadAllBytes(path))!;
        File.WriteAllBytes(path, (manifest with { TypeIds = [.. manifest.TypeIds.Select(id => id + 1)] }).ToBytes());
        var cache = new CodeCache(Folder);

        Assert.Equal(42, Run(bytes, cache));

        Assert.Equal((0, 1), (cache.Found, cache.Made));
    }

    [Fact]
    public void InvalidModule_WithAnEntryOfItsName_IsRefused()
    {
        var bytes = Guest().ToBytes();
        Run(bytes, new CodeCache(Folder));
        var invalid = Guest(code: [Op.I32Add]).ToBytes();
        var path = Files.Single(file => file.EndsWith(".code", StringComparison.Ordinal));
        File.WriteAllText(Path.Combine(Path.GetDirectoryName(path)!, CodeCacheKey.Of(invalid, exceptions: false) + ".code"), "planted");
        var cache = new CodeCache(Folder);

        Assert.True(cache.Knows(invalid));
        Assert.Throws<InvalidModuleException>(() => Run(invalid, cache));
    }

    [Theory]
    [InlineData("folder", UnixFileMode.OtherWrite)]
    [InlineData("folder", UnixFileMode.GroupWrite)]
    [InlineData("root", UnixFileMode.OtherWrite)]
    [InlineData("parent", UnixFileMode.OtherWrite)]
    [InlineData("manifest", UnixFileMode.OtherWrite)]
    [InlineData("assembly", UnixFileMode.OtherWrite)]
    public void CodeThatOthersMayWrite_IsNotUsed(string what, UnixFileMode mode)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }
        var bytes = Guest().ToBytes();
        var parent = Path.Combine(Folder, "parent");
        var root = Path.Combine(parent, "code");
        Run(bytes, new CodeCache(root));
        var folder = Directory.GetDirectories(root).Single();
        var path = what switch
        {
            "folder" => folder,
            "root" => root,
            "parent" => parent,
            "manifest" => Directory.GetFiles(folder, "*.code").Single(),
            _ => Directory.GetFiles(folder, "*.dll").Single(),
        };
        Assert.Equal(1, FoundBy(bytes, root));
        File.SetUnixFileMode(path, File.GetUnixFileMode(path) | mode);

        // A group of the user's own number is the user's alone; root's is not.
        var isUsed = mode == UnixFileMode.GroupWrite && FileOwner.CurrentUser != 0;
        Assert.Equal(isUsed ? 1 : 0, FoundBy(bytes, root));
        Assert.Equal(isUsed || File.Exists(path), new CodeCache(root).Objection is null);
    }

    [Fact]
    public void CodeBelowAFolderWhereAllMayMakeFiles_IsUsed()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }
        var bytes = Guest().ToBytes();
        var parent = Directory.CreateDirectory(Path.Combine(Folder, "parent")).FullName;
        File.SetUnixFileMode(parent, File.GetUnixFileMode(parent) | UnixFileMode.OtherWrite | UnixFileMode.StickyBit);
        var root = Path.Combine(parent, "code");
        Run(bytes, new CodeCache(root));

        Assert.Equal(1, FoundBy(bytes, root));
    }

    [RootFact]
    public void CodeThatAnotherUserOwns_IsNotUsed()
    {
        var bytes = Guest().ToBytes();
        var root = Path.Combine(Folder, "code");
        Run(bytes, new CodeCache(root));
        foreach (var path in (string[])[Directory.GetFiles(Directory.GetDirectories(root).Single(), "*.code").Single(), Directory.GetDirectories(root).Single(),
            root])
        {
            Own(path, "12345");
            Assert.Equal(0, FoundBy(bytes, root));
            Own(path, "0");
        }
        Assert.Equal(1, FoundBy(bytes, root));

        // A link that somebody else made in a folder such as /tmp.
        var link = Path.Combine(Path.GetTempPath(), "mik-link-" + Guid.NewGuid().ToString("n"));
        Directory.CreateSymbolicLink(link, root);
        try
        {
            Assert.Equal(1, FoundBy(bytes, link));
            Own(link, "12345");
            Assert.Equal(0, FoundBy(bytes, link));
            Assert.Contains("belongs to another user", new CodeCache(link).Objection, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(link);
        }
    }

    private static void Own(string path, string user)
    {
        using var chown = System.Diagnostics.Process.Start("chown", ["-h", user, path]);
        chown.WaitForExit();
        Assert.Equal(0, chown.ExitCode);
    }

    private static long FoundBy(byte[] bytes, string root)
    {
        var cache = new CodeCache(root);
        Assert.Equal(42, Run(bytes, cache));
        return cache.Found;
    }

    [Fact]
    public void FolderThatCannotBeMade_IsToldAndDoesNotStopTheModule()
    {
        File.WriteAllText(Folder, "a file, where the folder should be");
        var failures = new List<Exception>();
        var cache = new CodeCache(Folder) { Failed = failures.Add };

        Assert.Equal(42, Run(Guest().ToBytes(), cache));

        Assert.Single(failures);
    }

    [Fact]
    public void ManyAtOnce_AllRun()
    {
        var bytes = Enumerable.Range(0, 4).Select(i => Guest(40 + i).ToBytes()).ToArray();

        Parallel.For(0, 64, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i => Assert.Equal(40 + (i % 4), Run(bytes[i % 4], new CodeCache(Folder))));

        var cache = new CodeCache(Folder);
        Assert.All(Enumerable.Range(0, 4), i => Assert.Equal(40 + i, Run(bytes[i], cache)));
        Assert.Equal((4, 0), (cache.Found, cache.Made));
    }

    [Fact]
    public void Clean_RemovesEverything_AndModulesRunAgain()
    {
        var bytes = Guest().ToBytes();
        var cache = new CodeCache(Folder);
        Run(bytes, cache);
        Assert.Equal(2, cache.Measure().Files);
        Assert.Equal((0, 0), cache.Clean(TimeSpan.FromDays(1)));

        Assert.Equal(2, cache.Clean(TimeSpan.Zero).Files);

        Assert.Empty(Files);
        Assert.Equal(42, Run(bytes, cache));
    }

    [Fact]
    public void Code_OfDroppedModules_IsUnloaded()
    {
        var bytes = Guest().ToBytes();
        Run(bytes, new CodeCache(Folder));
        var assembly = Loaded(bytes);

        for (var i = 0; i < 20 && assembly.IsAlive; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.False(assembly.IsAlive);
    }

    [NativeCompilerFact]
    public async Task MachineCode_RunsAndTrapsAndIsInterruptedAsOtherCodeIs()
    {
        var compiler = NativeCompiler.Find()!;
        var bytes = Guest().ToBytes();
        var cache = new CodeCache(Folder);

        Assert.True(await cache.PrecompileAsync(WasmModule.Load(bytes), compiler, CancellationToken.None));
        Assert.False(await cache.PrecompileAsync(WasmModule.Load(bytes), compiler, CancellationToken.None));

        var module = CompiledModule.Compile(WasmModule.Load(bytes, isKnown: cache.Knows), cache);
        Assert.Equal((1, 0), (cache.Found, cache.Made));
        Assert.Same(
            ((TranslatedModule)module.Template.Code).Type,
            ((TranslatedModule)CompiledModule.Compile(WasmModule.Load(bytes), cache).Template.Code).Type);
        using var store = new Store();
        var instance = module.Instantiate(store);
        Assert.Equal(42, Translation.Guest.Run(instance, "answer"));
        Assert.Equal(7, Translation.Guest.Run(instance, "load", 0));
        Assert.Equal(TrapKind.OutOfBoundsMemoryAccess, Assert.Throws<Trap>(() => Translation.Guest.Run(instance, "load", 65533)).Kind);
        Assert.Equal(TrapKind.CallStackExhausted, Assert.Throws<Trap>(() => Translation.Guest.Run(instance, "recurse")).Kind);
        using var limit = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
        using var registration = limit.Token.Register(() => store.Interrupt("too long"));
        Assert.Equal(TrapKind.Interrupted, Assert.Throws<Trap>(() => Translation.Guest.Run(instance, "spin")).Kind);
    }

    [NativeCompilerFact]
    public async Task DamagedMachineCode_IsNotRun()
    {
        var bytes = Guest().ToBytes();
        await new CodeCache(Folder).PrecompileAsync(WasmModule.Load(bytes), NativeCompiler.Find()!, CancellationToken.None);
        var path = Files.Single(file => file.EndsWith(".dll", StringComparison.Ordinal));
        var bad = File.ReadAllBytes(path);
        bad[bad.Length / 2] ^= 1;
        File.WriteAllBytes(path, bad);
        var cache = new CodeCache(Folder);

        Assert.Equal(42, Run(bytes, cache));

        Assert.Equal((0, 1), (cache.Found, cache.Made));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private WeakReference Loaded(byte[] bytes)
    {
        var cache = new CodeCache(Folder);
        var module = CompiledModule.Compile(WasmModule.Load(bytes), cache);
        using var store = new Store();
        Assert.Equal(42, Translation.Guest.Run(module.Instantiate(store), "answer"));
        Assert.Equal(1, cache.Found);
        return new WeakReference(((TranslatedModule)module.Template.Code).Type.Assembly);
    }

    private void RemoveUnused(string suffix)
    {
        var manifest = CodeManifest.Parse(File.ReadAllBytes(Files.Single(file => file.EndsWith(".code", StringComparison.Ordinal))))!;
        var used = Convert.ToHexStringLower(manifest.Assembly) + ".dll";
        foreach (var file in Files.Where(file => file.EndsWith(suffix, StringComparison.Ordinal) && suffix == ".dll" && Path.GetFileName(file) != used))
        {
            File.Delete(file);
        }
    }

    private static int Run(byte[] bytes, CodeCache cache)
    {
        using var store = new Store();
        return Translation.Guest.Run(CompiledModule.Compile(WasmModule.Load(bytes, isKnown: cache.Knows), cache).Instantiate(store), "answer");
    }

    /// <summary>A module that is large enough to be kept.</summary>
    private static ModuleBuilder Guest(int answer = 42, byte[]? code = null)
    {
        var builder = new ModuleBuilder();
        builder.Memory(1, 1);
        builder.Data(0, [7]);
        builder.Function("answer", [], [Op.TypeI32], code ?? [Op.I32Const, .. ModuleBuilder.Signed(answer)]);
        builder.Function("load", [Op.TypeI32], [Op.TypeI32], Op.LocalGet, 0, Op.I32Load, 2, 0);
        builder.Function("recurse", [], [], Op.Call, 2);
        builder.Function("spin", [], [], Op.Loop, Op.Empty, Op.Br, 0, Op.End);

        // Enough code to be worth keeping.
        for (var i = 0; i < 8; i++)
        {
            builder.Function($"rest{i}", [], [], [.. Enumerable.Repeat((byte)Op.Nop, 5_000)]);
        }
        return builder;
    }
}

/// <summary>A test that needs the compiler to machine code; skipped with a message where that is not.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class NativeCompilerFactAttribute : FactAttribute
{
    public NativeCompilerFactAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
        : base(file, line)
    {
        if (NativeCompiler.Find() is null)
        {
            Skip = "crossgen2 is not on this machine; ./mik fetches it";
        }
    }
}

/// <summary>A test that gives files away, which only root can.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RootFactAttribute : FactAttribute
{
    public RootFactAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
        : base(file, line)
    {
        if (OperatingSystem.IsWindows() || FileOwner.CurrentUser != 0)
        {
            Skip = "only root can give files away";
        }
    }
}
