using System.Net.Sockets;
using Mik.Wasm.Execution;

namespace Mik.Server.Problems;

/// <summary>
/// What the system did not give: a thread, a file descriptor, memory. That is no fault of the server, and says nothing about the module: the
/// request that needed it may come again later.
/// </summary>
internal static class Shortage
{
    private const int TooManyFilesInSystem = 23;
    private const int TooManyFiles = 24;
    private const int TooManyFilesOnWindows = unchecked((int)0x80070004);

    /// <summary>The problem of the request.</summary>
    public static Problem Problem => new(ProblemKind.Overloaded, "The server has no thread, file descriptor or memory left for this request.");

    /// <summary>Whether that, or nothing else, made something fail.</summary>
    public static bool Is(Exception? exception)
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            if (exception is OutOfMemoryException or ThreadStartException or ThreadShortageException
                or SocketException { SocketErrorCode: SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable }
                or IOException { HResult: TooManyFilesInSystem or TooManyFiles or TooManyFilesOnWindows })
            {
                return true;
            }
        }

        return false;
    }
}
