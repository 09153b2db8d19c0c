using System.ComponentModel;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.InteropServices;

namespace Mik.Wasm.CodeCaching;

/// <summary>
/// The ahead-of-time compiler of .NET, crossgen2, where it is there: releases have it beside the program, the SDK has a pack of that name. It is never
/// required.
/// </summary>
public sealed class NativeCompiler
{
    /// <summary>The variable that names its executable.</summary>
    public const string Variable = "MIK_CROSSGEN";

    /// <summary>The folder beside the program in which releases have it.</summary>
    public const string FolderName = "crossgen2";

    // Where a program that is a single file keeps the assemblies that the compiler must see.
    private const string ReferenceFolderName = "ref";

    private const string PackageId = "microsoft.netcore.app.crossgen2";
    private const int ShownOutput = 2000;

    private NativeCompiler(string executable) => Executable = executable;

    /// <summary>Its executable.</summary>
    public string Executable { get; }

    private static string FileName => OperatingSystem.IsWindows() ? "crossgen2.exe" : "crossgen2";

    private static string ReferenceFolder => Path.Combine(AppContext.BaseDirectory, ReferenceFolderName);

    /// <summary>
    /// Finds it: <c>MIK_CROSSGEN</c>, else the one beside the program, else the newest pack of this runtime's version in NuGet's folder; null when there is
    /// none.
    /// </summary>
    public static NativeCompiler? Find()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named)
        {
            return File.Exists(named) ? new NativeCompiler(Path.GetFullPath(named)) : null;
        }
        var shipped = Path.Combine(AppContext.BaseDirectory, FolderName, FileName);
        var executable = File.Exists(shipped) ? shipped : InPackages();
        return executable is null ? null : new NativeCompiler(executable);
    }

    private static string? InPackages()
    {
        var packages = Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } folder
            ? folder
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        var pack = Path.Combine(packages, $"{PackageId}.{RuntimeInformation.RuntimeIdentifier}");
        return !Directory.Exists(pack)
            ? null
            : Directory.EnumerateDirectories(pack)
                .Select(path => (Path: path, Version: Version.TryParse(Path.GetFileName(path), out var version) ? version : null))
                .Where(found => found.Version?.Major == Environment.Version.Major)
                .OrderByDescending(found => found.Version)
                .Select(found => Path.Combine(found.Path, "tools", FileName))
                .FirstOrDefault(File.Exists);
    }

    /// <summary>Compiles an assembly.</summary>
    /// <exception cref="NativeCompilerException">It failed; the message has what it said.</exception>
    internal async Task<byte[]> CompileAsync(byte[] assembly, CancellationToken cancellationToken)
    {
        var (framework, engine) = References();
        var folder = Directory.CreateTempSubdirectory("mik-code-");
        try
        {
            var (input, output) = (Path.Combine(folder.FullName, "guest.dll"), Path.Combine(folder.FullName, "native.dll"));
            await File.WriteAllBytesAsync(input, assembly, cancellationToken);
            await RunAsync(
                [
                    input, "-o", output, "-O", "--targetos", OperatingSystemName, "--targetarch", ArchitectureName,
                    "-r", Path.Combine(framework, "*.dll"), "-r", engine, "--instruction-set", "native",

                    // A function that it cannot compile is compiled when it runs, as without it.
                    "--resilient",
                ],
                cancellationToken);
            return await File.ReadAllBytesAsync(output, cancellationToken);
        }
        catch (IOException exception)
        {
            throw new NativeCompilerException($"crossgen2 wrote nothing: {exception.Message}", exception);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>What emitted code refers to: the framework's folder, and the assembly of this engine.</summary>
    private static (string Framework, string Engine) References()
    {
        var engine = Or(LocationOf(typeof(NativeCompiler).Assembly), Path.Combine(ReferenceFolder, "Mik.Wasm.dll"));
        return File.Exists(engine)
            ? (Or(Path.GetDirectoryName(LocationOf(typeof(object).Assembly)), ReferenceFolder), engine)
            : throw new NativeCompilerException($"this program is a single file, and the assemblies that crossgen2 needs are not in {ReferenceFolder}");
    }

    private static string Or(string? path, string other) => string.IsNullOrEmpty(path) ? other : path;

    [UnconditionalSuppressMessage("SingleFile", "IL3000", Justification = "References() knows what to do when it is empty")]
    private static string LocationOf(Assembly assembly) => assembly.Location;

    private static string OperatingSystemName => OperatingSystem.IsWindows() ? "windows" : OperatingSystem.IsMacOS() ? "osx" : "linux";

    private static string ArchitectureName => RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "arm64" : "x64";

    private async Task RunAsync(string[] arguments, CancellationToken cancellationToken)
    {
        using var process = new Process();
        process.StartInfo =
            new ProcessStartInfo(Executable, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            process.Start();
        }
        catch (Win32Exception exception)
        {
            throw new NativeCompilerException($"{Executable} cannot be started: {exception.Message}", exception);
        }
        try
        {
            var (output, errors) = (process.StandardOutput.ReadToEndAsync(cancellationToken), process.StandardError.ReadToEndAsync(cancellationToken));
            await process.WaitForExitAsync(cancellationToken);
            if (process.ExitCode != 0)
            {
                var said = (await errors + await output).Trim();
                throw new NativeCompilerException($"crossgen2 ended with {process.ExitCode}: {(said.Length > ShownOutput ? said[..ShownOutput] : said)}");
            }
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }
}

/// <summary>The ahead-of-time compiler failed.</summary>
public sealed class NativeCompilerException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">What it said.</param>
    /// <param name="inner">The cause.</param>
    public NativeCompilerException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
