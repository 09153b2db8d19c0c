using System.Text.Json;

namespace Mik.Conformance.Tests.Suites;

/// <summary>The commands of one test file, in the order in which they must run.</summary>
public sealed class SuiteFile
{
    private readonly SuiteArchive _archive;
    private readonly string _folder;

    internal SuiteFile(SuiteArchive archive, string path)
    {
        _archive = archive;
        _folder = path[..(path.LastIndexOf('/') + 1)];
        Path = path;
        using var document = JsonDocument.Parse(archive.Read(path));
        Commands = [.. document.RootElement.GetProperty("commands").EnumerateArray().Select(command => new SuiteCommand(this, command.Clone()))];
    }

    /// <summary>The path in the archive.</summary>
    public string Path { get; }

    /// <summary>All commands, whatever their profile.</summary>
    public IReadOnlyList<SuiteCommand> Commands { get; }

    /// <summary>The commands of a profile (see <see cref="SuiteProfile"/>).</summary>
    public IEnumerable<SuiteCommand> CommandsOf(string profile) => Commands.Where(command => command.IsIn(profile));

    /// <summary>The bytes of a module that a command names.</summary>
    public byte[] ReadModule(string fileName) => _archive.Read(_folder + fileName);
}

/// <summary>Names of the feature sets that say which commands to run.</summary>
public static class SuiteProfile
{
    /// <summary>WebAssembly 2.0 with multi-memory, relaxed SIMD, tail calls, extended constants, memory64 and threads; components without async.</summary>
    public const string W40 = "w40";

    /// <summary>WebAssembly 3.0 with threads; components without async: the level of WASI 0.2.</summary>
    public const string Cm02 = "cm02";
}
