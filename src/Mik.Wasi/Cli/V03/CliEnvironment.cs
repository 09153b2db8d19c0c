using Mik.Components.HostBinding;
using Mik.Wasm.Execution;

namespace Mik.Wasi.Cli.V03;

/// <summary><c>wasi:cli/environment</c>: what the configuration lets the guest see.</summary>
[WitInterface("wasi:cli/environment")]
internal static class CliEnvironment
{
    /// <summary><c>get-environment: func() -> list&lt;tuple&lt;string, string&gt;&gt;</c></summary>
    [SameForAll]
    public static (string Name, string Value)[] GetEnvironment(WasiContext wasi) => Cli.CliEnvironment.GetEnvironment(wasi);

    /// <summary><c>get-arguments: func() -> list&lt;string&gt;</c></summary>
    [SameForAll]
    public static string[] GetArguments(WasiContext wasi) => Cli.CliEnvironment.GetArguments(wasi);

    /// <summary><c>get-initial-cwd: func() -> option&lt;string&gt;</c></summary>
    [SameForAll]
    public static string? GetInitialCwd() => Cli.CliEnvironment.InitialCwd();
}

/// <summary><c>wasi:cli/exit</c>: ends the guest.</summary>
[WitInterface("wasi:cli/exit")]
internal static class CliExit
{
    /// <summary><c>exit: func(status: result)</c></summary>
    /// <exception cref="Trap">Always, with <see cref="TrapKind.Exit"/>.</exception>
    public static void Exit(Result<Unit, Unit> status) => Cli.CliExit.Exit(status);

    /// <summary><c>exit-with-code: func(status-code: u8)</c></summary>
    /// <exception cref="Trap">Always, with <see cref="TrapKind.Exit"/>.</exception>
    public static void ExitWithCode(byte statusCode) => Cli.CliExit.ExitWithCode(statusCode);
}
