using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text.Json;
using Mik.Cli.Projects;
using Mik.Configuration;
using Mik.Packages.Cache;
using Mik.Packages.Registry;
using Mik.Packages.Remote;
using Mik.Server.Connections;
using Mik.Server.Pipeline;
using Mik.Wasm.CodeCaching;
using Mik.Wasm.Execution;
using Mik.Wasm.Instantiation;
using Mik.Wasm.Model;
using Mik.Wasm.Validation;

namespace Mik.Cli.Checking;

/// <summary>Whether this machine has what mik needs: each is tried.</summary>
internal static class MachineChecks
{
    private const long LeastMemory = 256L << 20;
    private const long LeastDisk = 500L << 20;
    private const int LeastConnections = 250;

    /// <summary>All checks.</summary>
    public static IReadOnlyList<Finding> Run() =>
    [
        new("mik", Health.Fine, $"{BuiltInHandler.Version}, {RuntimeInformation.RuntimeIdentifier}"),
        Of("runtime", Environment.Version.Major >= 10, RuntimeInformation.FrameworkDescription, "mik runs on .NET 10"),
        new("processors", Health.Fine, $"{Environment.ProcessorCount}"),
        Of(
            "memory", GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >= LeastMemory, $"{GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 20} MB",
            "a limit of this container or machine leaves less than 256 MB"),
        Try("engine", RunModule, "a module was compiled and run", "report it: mik cannot run anything here"),
        Try("temporary files", () => WriteTo(Path.GetTempPath()), Path.GetTempPath(), "TMPDIR=PATH names another folder"),
        Try("cache", () => WriteTo(MikHome.Path), MikHome.Path, $"{MikHome.Variable}=PATH names another folder"),
        Code(),
        Disk(),
        Of(
            "connections", ClientConnections.Possible >= LeastConnections, $"{ClientConnections.Possible} at once: what the limit of file descriptors allows",
            "ulimit -n 65536"),
        Compiler(),
        Try("loopback", () => Listen(IPAddress.Loopback), "127.0.0.1 can be listened on", "--host names another address"),
        Optional("IPv6", () => Listen(IPAddress.IPv6Loopback), "::1 can be listened on", "only --host ::1 needs it"),
        Try("credentials", ReadCredentials, "docker's config.json, if there is one, can be read", "repair it, or docker login"),
        Try(
            "mirrors", () => RegistryMirrors.FromEnvironment(), $"{RegistryMirrors.Variable} is fine or not set",
            $"{RegistryMirrors.Variable}=ghcr.io=https://mirror.example"),
        Of("PORT", Variable("PORT") is not { } port || ushort.TryParse(port, out _), $"PORT is {Variable("PORT") ?? "not set"}", "a number from 0 to 65535"),
        Of(
            "MIK_HOT_RELOAD", Variable("MIK_HOT_RELOAD") is null or "0" or "1" or "true" or "false",
            $"MIK_HOT_RELOAD is {Variable("MIK_HOT_RELOAD") ?? "not set"}", "1, true, 0 or false"),
        LogFilters(),
        Of(
            "authorities", Variable("SSL_CERT_FILE") is not { } file || File.Exists(file),
            $"SSL_CERT_FILE is {Variable("SSL_CERT_FILE") ?? "not set: those of the system hold"}", "it names no file"),
        Git(),
    ];

    private static Finding Git() => Build.Toolchains.ToolRunner.IsThere("git")
        ? new("git", Health.Fine, "fetches dependencies from git repositories")
        : new("git", Health.Missing, "fetches dependencies from git repositories", "https://git-scm.com");

    private static Finding Code() => GuestCode.Open() is not { } code ? new("compiled code", Health.Missing, $"is not kept: {GuestCode.Variable} turns it off")
        : code.Objection is { } objection
        ? new("compiled code", Health.Wrong, $"is not kept: {objection}", $"chmod go-w the folder, or {MikHome.Variable}=PATH names another")
        : new("compiled code", Health.Fine, $"{code.Measure().Files} files, {code.Measure().Bytes >> 20} MB");

    private static Finding Disk()
    {
        try
        {
            var free = new DriveInfo(Path.GetFullPath(MikHome.Path)).AvailableFreeSpace;
            return Of("disk", free >= LeastDisk, $"{free >> 20} MB are free for the cache", "mik cache clean");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return new("disk", Health.Missing, $"cannot be measured: {exception.Message}");
        }
    }

    private static Finding Compiler() => NativeCompiler.Find() is { } compiler
        ? new("crossgen2", Health.Fine, $"compiles ahead of time (mik cache precompile): {compiler.Executable}")
        : new(
            "crossgen2", Health.Missing, "compiles ahead of time (mik cache precompile); without it, mik compiles while it runs",
            $"the archive of a release has it inside; {NativeCompiler.Variable}=PATH names another");

    private static Finding LogFilters()
    {
        var text = Variable("MIK_LOG") ?? Variable("RUST_LOG");
        var problems = text is null ? [] : LogFilter.Parse(text).Problems;
        return Of(
            "log filter", problems.Count == 0, text is null ? "MIK_LOG and RUST_LOG are not set" : $"'{text}' {string.Join("; ", problems)}".TrimEnd(),
            "info,mik=debug is one");
    }

    // (module (func (export "f") (result i32) i32.const 42))
    private static void RunModule()
    {
        using var store = new Store();
        byte[] bytes = [0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 127, 3, 2, 1, 0, 7, 5, 1, 1, 102, 0, 0, 10, 6, 1, 4, 0, 65, 42, 11];
        if (CompiledModule.Compile(WasmModule.Load(bytes)).Instantiate(store).GetFunction("f")!.Invoke()[0].AsI32 != 42)
        {
            throw new IOException("it gave another number");
        }
    }

    private static void WriteTo(string folder)
    {
        Directory.CreateDirectory(folder);
        var probe = Path.Combine(folder, $".doctor-{Environment.ProcessId}");
        File.WriteAllText(probe, "");
        File.Delete(probe);
    }

    private static void Listen(IPAddress address)
    {
        using var listener = new TcpListener(address, 0);
        listener.Start();
    }

    private static void ReadCredentials()
    {
        var folder = Variable("DOCKER_CONFIG") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".docker");
        var file = Path.Combine(folder, "config.json");
        if (File.Exists(file))
        {
            JsonDocument.Parse(File.ReadAllBytes(file)).Dispose();
        }
    }

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? text : null;

    private static Finding Of(string what, bool isFine, string detail, string next) =>
        isFine ? new(what, Health.Fine, detail) : new(what, Health.Wrong, detail, next);

    private static Finding Try(string what, Action action, string detail, string next, Health bad = Health.Wrong)
    {
        try
        {
            action();
            return new Finding(what, Health.Fine, detail);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or SocketException or JsonException or PackageException
            or Trap or InvalidModuleException)
        {
            return new Finding(what, bad, $"{detail}: {exception.Message}", next);
        }
    }

    private static Finding Optional(string what, Action action, string detail, string next) => Try(what, action, detail, next, Health.Missing);
}
