using Mik.Components.HostBinding;
using Mik.Wasm.Execution;

namespace Mik.Wasi.Cli;

/// <summary><c>wasi:cli/exit</c>: ends the guest.</summary>
[WitInterface("wasi:cli/exit")]
internal static class CliExit
{
    /// <summary><c>exit: func(status: result)</c></summary>
    /// <exception cref="Trap">Always, with <see cref="TrapKind.Exit"/>.</exception>
    public static void Exit(Result<Unit, Unit> status) =>
        throw new Trap(TrapKind.Exit, status.IsOk ? "the guest called exit(ok)" : "the guest called exit(err)");

    /// <summary><c>exit-with-code: func(status-code: u8)</c></summary>
    /// <exception cref="Trap">Always, with <see cref="TrapKind.Exit"/>.</exception>
    public static void ExitWithCode(byte statusCode) => throw new Trap(TrapKind.Exit, $"the guest called exit-with-code({statusCode})");
}
