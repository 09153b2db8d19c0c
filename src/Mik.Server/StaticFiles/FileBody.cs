using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Mik.Server.StaticFiles;

/// <summary>
/// How the body of an answer is sent that is a file: in pieces that are read into Kestrel's own buffers as they get empty. A client that takes
/// too little is cut: Kestrel's least rate is of a connection, and lets one of HTTP/2 wait for minutes with many answers.
/// </summary>
internal sealed class FileBody(HttpContext http, IHttpResponseBodyFeature kestrel, OpenFiles files, TimeProvider clock) : IHttpResponseBodyFeature
{
    /// <summary>How long a client may take to make room in Kestrel's buffers, half of 64 KB: half a KB a second.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private const int PieceBytes = 16 << 10;

    /// <inheritdoc/>
    public Stream Stream => kestrel.Stream;

    /// <inheritdoc/>
    public PipeWriter Writer => kestrel.Writer;

    /// <summary>Whether the client took too little.</summary>
    public bool IsCut { get; private set; }

    /// <inheritdoc/>
    public void DisableBuffering() => kestrel.DisableBuffering();

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken = default) => kestrel.StartAsync(cancellationToken);

    /// <inheritdoc/>
    public Task CompleteAsync() => kestrel.CompleteAsync();

    /// <inheritdoc/>
    public async Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default)
    {
        // What has no bytes need not be opened, and may be a pipe, of which opening has no end.
        var file = new FileInfo(path);
        var left = count ?? (file.Length - offset);
        using var timer = left > 0 ? clock.CreateTimer(static body => ((FileBody)body!).Cut(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan) : null;
        if (timer is null)
        {
            return;
        }

        using var open = files.Open(file);
        await kestrel.StartAsync(cancellationToken);
        while (left > 0)
        {
            var room = kestrel.Writer.GetMemory(PieceBytes);
            var read = await open.ReadAsync(room[..(int)Math.Min(Math.Min(room.Length, PieceBytes), left)], offset, cancellationToken);
            if (read == 0)
            {
                // It was cut short. Kestrel sees that the answer is too.
                return;
            }

            kestrel.Writer.Advance(read);
            offset += read;
            left -= read;
            await WaitAsync(kestrel.Writer.FlushAsync(cancellationToken), timer);
        }
    }

    private static async ValueTask WaitAsync(ValueTask<FlushResult> client, ITimer timer)
    {
        if (client.IsCompletedSuccessfully)
        {
            _ = client.Result;
            return;
        }

        timer.Change(Patience, Timeout.InfiniteTimeSpan);
        await client;
        timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    private void Cut()
    {
        IsCut = true;
        http.Abort();
    }
}
