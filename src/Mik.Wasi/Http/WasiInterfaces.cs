using Mik.Wasi.Cli;
using Mik.Wasi.Clocks;
using Mik.Wasi.Filesystem;
using Mik.Wasi.Http.Types;
using Mik.Wasi.Io;
using Mik.Wasi.Io.Streams;
using Mik.Wasi.Random;
using Mik.Wasi.Sockets;

namespace Mik.Wasi.Http;

/// <summary>Every type that implements a part of WASI 0.2, by package, in WIT order.</summary>
internal static class WasiInterfaces
{
    /// <summary>The list.</summary>
    public static IReadOnlyList<Type> All { get; } =
    [
        typeof(IoError), typeof(Poll), typeof(Pollable), typeof(InputStream), typeof(OutputStream),
        typeof(MonotonicClock), typeof(WallClock),
        typeof(SecureRandom), typeof(InsecureRandom), typeof(InsecureSeed),
        typeof(CliEnvironment), typeof(CliExit), typeof(StandardInput), typeof(StandardOutput), typeof(StandardError),
        typeof(TerminalInput), typeof(TerminalOutput), typeof(TerminalStdin), typeof(TerminalStdout), typeof(TerminalStderr),
        typeof(Preopens), typeof(FilesystemTypes), typeof(Descriptor), typeof(DirectoryEntryStream),
        typeof(NetworkErrors), typeof(Network), typeof(InstanceNetwork), typeof(IpNameLookup), typeof(ResolveAddressStream),
        typeof(TcpCreateSocket), typeof(TcpSocket), typeof(UdpCreateSocket), typeof(UdpSocket),
        typeof(IncomingDatagramStream), typeof(OutgoingDatagramStream),
        typeof(HttpErrors), typeof(Fields), typeof(IncomingRequest), typeof(OutgoingRequest), typeof(RequestOptions),
        typeof(ResponseOutparam), typeof(IncomingResponse), typeof(IncomingBody), typeof(FutureTrailers), typeof(OutgoingResponse),
        typeof(OutgoingBody), typeof(FutureIncomingResponse), typeof(OutgoingHandler),
    ];

    /// <summary>Every type that implements a part of WASI 0.3; what is not here is as in 0.2.</summary>
    public static IReadOnlyList<Type> AllOf03 { get; } =
    [
        typeof(Clocks.V03.MonotonicClock), typeof(Clocks.V03.SystemClock),
        typeof(Random.V03.SecureRandom), typeof(Random.V03.InsecureRandom), typeof(Random.V03.InsecureSeed),
        typeof(Cli.V03.CliEnvironment), typeof(Cli.V03.CliExit),
        typeof(Cli.V03.StandardInput), typeof(Cli.V03.StandardOutput), typeof(Cli.V03.StandardError),
        typeof(TerminalInput), typeof(TerminalOutput), typeof(TerminalStdin), typeof(TerminalStdout), typeof(TerminalStderr),
        typeof(Filesystem.V03.Preopens), typeof(Filesystem.V03.Descriptor),
        typeof(Sockets.V03.TcpSocket), typeof(Sockets.V03.UdpSocket), typeof(Sockets.V03.IpNameLookup),
        typeof(Http.V03.Fields), typeof(Http.V03.Request), typeof(Http.V03.RequestOptions), typeof(Http.V03.Response), typeof(Http.V03.Client),
    ];

    /// <summary>What a middleware is given besides.</summary>
    public static Type OfMiddleware => typeof(Http.V03.NextHandler);

    /// <summary>What a guest gets from an interface, for the documentation.</summary>
    public static string StateOf(string interfaceName) => interfaceName.Split('/')[0] switch
    {
        "wasi:sockets" => "denied",
        "wasi:filesystem" => "no preopens",
        "wasi:cli" when interfaceName.Contains("terminal", StringComparison.Ordinal) => "no terminal",
        "wasi:cli" when interfaceName == "wasi:cli/stdin" => "empty",
        _ => "works",
    };
}
