using Mik.Components.HostBinding;
using Mik.Wasi.Io.Streams;

namespace Mik.Wasi.Cli;

/// <summary><c>wasi:cli/stdin</c>: always at its end.</summary>
[WitInterface("wasi:cli/stdin")]
internal static class StandardInput
{
    /// <summary><c>get-stdin: func() -> input-stream</c></summary>
    public static InputStream GetStdin() => new EmptyInputStream();
}

/// <summary><c>wasi:cli/stdout</c>: to the log, line by line.</summary>
[WitInterface("wasi:cli/stdout")]
internal static class StandardOutput
{
    /// <summary><c>get-stdout: func() -> output-stream</c></summary>
    public static OutputStream GetStdout(WasiContext wasi) => new LineOutputStream(wasi, isError: false);
}

/// <summary><c>wasi:cli/stderr</c>: to the log, line by line.</summary>
[WitInterface("wasi:cli/stderr")]
internal static class StandardError
{
    /// <summary><c>get-stderr: func() -> output-stream</c></summary>
    public static OutputStream GetStderr(WasiContext wasi) => new LineOutputStream(wasi, isError: true);
}
