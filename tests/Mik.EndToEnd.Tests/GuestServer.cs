namespace Mik.EndToEnd.Tests;

/// <summary>One server with every well-behaved guest, shared by the tests that only ask it things.</summary>
public sealed class GuestServer : IAsyncLifetime
{
    private MikProcess? _mik;

    internal MikProcess Mik => _mik!;

    public HttpClient Client { get; private set; } = new();

    public async ValueTask InitializeAsync()
    {
        _mik = await MikProcess.ServeAsync(
            "hello echo stream big cpu memory state slow env versions core-handler assemblyscript libc rust",
            "--env", "GREETING=hello there", "--env", "EMPTY=");
        Client = _mik.NewClient();
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (_mik is not null)
        {
            await _mik.DisposeAsync();
        }
    }
}
