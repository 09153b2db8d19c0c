using Mik.Components.HostBinding;

namespace Mik.Wasi.Cli;

/// <summary><c>wasi:cli/terminal-input</c>: <c>resource terminal-input</c>. A server has no terminal, so none is ever made.</summary>
[WitResource("wasi:cli/terminal-input", "terminal-input")]
internal sealed class TerminalInput;

/// <summary><c>wasi:cli/terminal-output</c>: <c>resource terminal-output</c>. A server has no terminal, so none is ever made.</summary>
[WitResource("wasi:cli/terminal-output", "terminal-output")]
internal sealed class TerminalOutput;

/// <summary><c>wasi:cli/terminal-stdin</c>.</summary>
[WitInterface("wasi:cli/terminal-stdin")]
internal static class TerminalStdin
{
    /// <summary><c>get-terminal-stdin: func() -> option&lt;terminal-input&gt;</c></summary>
    public static TerminalInput? GetTerminalStdin() => null;
}

/// <summary><c>wasi:cli/terminal-stdout</c>.</summary>
[WitInterface("wasi:cli/terminal-stdout")]
internal static class TerminalStdout
{
    /// <summary><c>get-terminal-stdout: func() -> option&lt;terminal-output&gt;</c></summary>
    public static TerminalOutput? GetTerminalStdout() => null;
}

/// <summary><c>wasi:cli/terminal-stderr</c>.</summary>
[WitInterface("wasi:cli/terminal-stderr")]
internal static class TerminalStderr
{
    /// <summary><c>get-terminal-stderr: func() -> option&lt;terminal-output&gt;</c></summary>
    public static TerminalOutput? GetTerminalStderr() => null;
}
