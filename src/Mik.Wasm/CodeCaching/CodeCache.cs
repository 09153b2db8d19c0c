using System.Collections.Concurrent;
using System.Reflection.Metadata;
using Mik.Wasm.Execution;
using Mik.Wasm.Model;
using Mik.Wasm.Translation;

namespace Mik.Wasm.CodeCaching;

/// <summary>
/// Translated modules on disk, so that the next process need not translate them. An entry holds good for exactly one module, build of the
/// engine, runtime and kind of processor; one that is damaged is made anew. Thread-safe, and safe among processes.
/// </summary>
public sealed class CodeCache
{
    private readonly CodeFolder _folder;
    private readonly CodeFolder[] _builtIn;
    private readonly CodeTrash _trash;
    private readonly ConcurrentDictionary<string, (int[] TypeIds, WeakReference<TranslatedModule> Code)> _inUse = new(StringComparer.Ordinal);
    private long _found;
    private long _made;

    /// <summary>Uses a folder.</summary>
    /// <param name="folder">Where code is kept; it is made when it is needed.</param>
    /// <param name="builtIn">Folders that are only read, such as what came with the program.</param>
    public CodeCache(string folder, params ReadOnlySpan<string> builtIn)
    {
        ArgumentNullException.ThrowIfNull(folder);
        _folder = new CodeFolder(folder);
        _trash = new CodeTrash(folder);
        _builtIn = [.. builtIn.ToArray().Select(path => new CodeFolder(path, isBuiltIn: true))];
    }

    /// <summary>Modules with fewer bytes besides their data are not kept: they are translated faster than a file is found, read and loaded.</summary>
    public int SmallestModule { get; init; } = 32 * 1024;

    /// <summary>Told when code could not be kept; the module runs all the same.</summary>
    public Action<Exception>? Failed { get; init; }

    /// <summary>How many modules were taken from the cache.</summary>
    public long Found => Interlocked.Read(ref _found);

    /// <summary>How many modules were not in the cache and large enough for it.</summary>
    public long Made => Interlocked.Read(ref _made);

    /// <summary>
    /// Why the folder is not used, and code is made anew each time; null when it is used. Another user could have put code there that would be run.
    /// </summary>
    public string? Objection => _folder.Objection();

    /// <summary>How many files are kept, and their bytes; for all engines that used the folder.</summary>
    public (int Files, long Bytes) Measure() => _trash.Measure();

    /// <summary>Removes what was not used for a time; everything, when it is zero.</summary>
    /// <returns>How many files that were, and their bytes.</returns>
    /// <exception cref="IOException">A file cannot be removed.</exception>
    public (int Files, long Bytes) Clean(TimeSpan unused) => _trash.Clean(unused);

    /// <summary>Whether a module's code is kept, so that it needs no validation: this engine did that before it made the code.</summary>
    /// <param name="module">The module's bytes.</param>
    public bool Knows(ReadOnlyMemory<byte> module) =>
        IsWorthKeeping(module.Span) && CodeCacheKey.Of(module) is var (plain, aware) && Folders.Any(folder => folder.Has(plain) || folder.Has(aware));

    /// <summary>A module's code: what is kept of it, or made and kept.</summary>
    internal TranslatedModule Translate(WasmModule module, bool exceptions = false)
    {
        if (!IsWorthKeeping(module.Bytes.Span))
        {
            return ModuleTranslator.Translate(module, exceptions);
        }
        var key = CodeCacheKey.Of(module.Bytes, exceptions);
        if (FindInUse(module, key) is { } code)
        {
            return code;
        }
        code = Find(module, key) ?? Make(module, key, exceptions);
        Remember(module, key, code);
        return code;
    }

    /// <summary>Compiles a module to machine code, which later processes use.</summary>
    /// <returns>False when that was done before, or the module is too small to gain from it.</returns>
    /// <exception cref="NativeCompilerException">The compiler failed.</exception>
    /// <param name="module">The module.</param>
    /// <param name="compiler">The compiler.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <param name="exceptions">Whether the code must look for exceptions though the module makes none.</param>
    public async Task<bool> PrecompileAsync(
        WasmModule module, NativeCompiler compiler, CancellationToken cancellationToken, bool exceptions = false)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(compiler);
        var key = CodeCacheKey.Of(module.Bytes, exceptions);
        if (!IsWorthKeeping(module.Bytes.Span) || _folder.Find(key) is { Manifest.IsNative: true })
        {
            return false;
        }
        var saved = ModuleTranslator.Save(module, exceptions);
        var native = await compiler.CompileAsync(saved.Assembly, cancellationToken);
        NativeImage.KeepCode(native, ModuleTranslation.IsLargeBody);
        _folder.Store(key, ManifestOf(module, saved, isNative: true, native), native);
        return true;
    }

    private bool IsWorthKeeping(ReadOnlySpan<byte> module) => module.Length >= SmallestModule && ModuleWeight.Of(module) >= SmallestModule;

    private IEnumerable<CodeFolder> Folders => [.. _builtIn, _folder];

    private TranslatedModule? Find(WasmModule module, string key)
    {
        foreach (var folder in Folders)
        {
            if (folder.Find(key) is { } code && code.Manifest.TypeIds.AsSpan().SequenceEqual(TypeIdsOf(module)) && Load(module, code) is { } translated)
            {
                Interlocked.Increment(ref _found);
                return translated;
            }
        }
        return null;
    }

    /// <summary>
    /// The code of a module with the same bytes that another component runs: an engine of a language comes in many. The runtime has compiled what of it was
    /// used.
    /// </summary>
    private TranslatedModule? FindInUse(WasmModule module, string key)
    {
        if (_inUse.TryGetValue(key, out var known) && known.TypeIds.AsSpan().SequenceEqual(TypeIdsOf(module)) && known.Code.TryGetTarget(out var code))
        {
            Interlocked.Increment(ref _found);
            return code;
        }
        return null;
    }

    private void Remember(WasmModule module, string key, TranslatedModule code)
    {
        foreach (var gone in _inUse.Where(entry => !entry.Value.Code.TryGetTarget(out _)))
        {
            _inUse.TryRemove(gone);
        }
        _inUse[key] = (TypeIdsOf(module), new WeakReference<TranslatedModule>(code));
    }

    private static TranslatedModule? Load(WasmModule module, FoundCode code)
    {
        try
        {
            return new TranslatedModule(new ContextLayout(module), GuestLoadContext.Load(code), code.Manifest.WritesTables, code.Manifest.KnowsExceptions);
        }
        catch (Exception exception) when (exception is IOException or BadImageFormatException or TypeLoadException)
        {
            return null;
        }
    }

    private TranslatedModule Make(WasmModule module, string key, bool exceptions)
    {
        Interlocked.Increment(ref _made);
        SavedTranslation saved;
        try
        {
            saved = ModuleTranslator.Save(module, exceptions);
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException or ImageFormatLimitationException)
        {
            // Code in memory may be larger than a file of it.
            Failed?.Invoke(exception);
            return ModuleTranslator.Translate(module, exceptions);
        }
        var manifest = ManifestOf(module, saved, isNative: false, saved.Assembly);
        try
        {
            if (_folder.Objection() is { } objection)
            {
                throw new UnauthorizedAccessException(objection);
            }
            _folder.Store(key, manifest, saved.Assembly);
            _trash.Trim();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Failed?.Invoke(exception);
        }
        return Load(module, new FoundCode(manifest, "", saved.Assembly)) ?? ModuleTranslator.Translate(module, exceptions);
    }

    private static CodeManifest ManifestOf(WasmModule module, SavedTranslation saved, bool isNative, byte[] assembly) =>
        new(isNative, CodeDigest.Of(assembly), saved.ClassCount, saved.WritesTables, saved.KnowsExceptions, TypeIdsOf(module));

    private static int[] TypeIdsOf(WasmModule module) => module.Definitions.ConvertAll(static type => type.Number);
}
