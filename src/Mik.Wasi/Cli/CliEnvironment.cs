using Mik.Components.HostBinding;

namespace Mik.Wasi.Cli;

/// <summary><c>wasi:cli/environment</c>: what the configuration lets the guest see.</summary>
[WitInterface("wasi:cli/environment")]
internal static class CliEnvironment
{
    /// <summary><c>get-environment: func() -> list&lt;tuple&lt;string, string&gt;&gt;</c></summary>
    [SameForAll]
    public static (string Name, string Value)[] GetEnvironment(WasiContext wasi) =>
        [.. wasi.Environment.Select(pair => (pair.Key, pair.Value))];

    /// <summary><c>get-arguments: func() -> list&lt;string&gt;</c></summary>
    [SameForAll]
    public static string[] GetArguments(WasiContext wasi) => [.. wasi.Arguments];

    /// <summary><c>initial-cwd: func() -> option&lt;string&gt;</c></summary>
    [SameForAll]
    public static string? InitialCwd() => null;
}
