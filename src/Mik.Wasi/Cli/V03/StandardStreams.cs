using Mik.Components.HostBinding;
using Mik.Wasi.Io.V03;

namespace Mik.Wasi.Cli.V03;

/// <summary><c>wasi:cli/types</c>: <c>enum error-code</c>.</summary>
internal enum CliErrorCode
{
    /// <summary><c>io</c>.</summary>
    Io,
    /// <summary><c>illegal-byte-sequence</c>.</summary>
    IllegalByteSequence,
    /// <summary><c>pipe</c>.</summary>
    Pipe,
}

/// <summary><c>wasi:cli/stdin</c>: always at its end.</summary>
[WitInterface("wasi:cli/stdin")]
internal static class StandardInput
{
    /// <summary><c>read-via-stream: func() -> tuple&lt;stream&lt;u8&gt;, future&lt;result&lt;_, error-code&gt;&gt;&gt;</c></summary>
    public static (GuestStream Contents, GuestFuture<Result<Unit, CliErrorCode>> End) ReadViaStream() =>
        (GuestStream.Empty(), GuestFuture<Result<Unit, CliErrorCode>>.Of(default(Unit)));
}

/// <summary><c>wasi:cli/stdout</c>: to the log, line by line.</summary>
[WitInterface("wasi:cli/stdout")]
internal static class StandardOutput
{
    /// <summary><c>write-via-stream: func(data: stream&lt;u8&gt;) -> future&lt;result&lt;_, error-code&gt;&gt;</c></summary>
    public static GuestFuture<Result<Unit, CliErrorCode>> WriteViaStream(WasiContext wasi, GuestStream data) =>
        Write(wasi, data, new LineOutputStream(wasi, isError: false));

    /// <summary>Writes what comes to a stream of the host, until its end.</summary>
    internal static GuestFuture<Result<Unit, CliErrorCode>> Write(WasiContext wasi, GuestStream data, LineOutputStream stream)
    {
        var end = new GuestFuture<Result<Unit, CliErrorCode>>();
        StreamPump.Connect(wasi.Tasks, data, new OutputSink(stream, () => end.Resolve(default(Unit))));
        return end;
    }
}

/// <summary><c>wasi:cli/stderr</c>: to the log, line by line.</summary>
[WitInterface("wasi:cli/stderr")]
internal static class StandardError
{
    /// <summary><c>write-via-stream: func(data: stream&lt;u8&gt;) -> future&lt;result&lt;_, error-code&gt;&gt;</c></summary>
    public static GuestFuture<Result<Unit, CliErrorCode>> WriteViaStream(WasiContext wasi, GuestStream data) =>
        StandardOutput.Write(wasi, data, new LineOutputStream(wasi, isError: true));
}
