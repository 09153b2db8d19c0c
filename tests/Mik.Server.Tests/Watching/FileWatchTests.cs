using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using Mik.Server.Watching;

namespace Mik.Server.Tests.Watching;

public sealed class FileWatchTests : IDisposable
{
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(40);

    private readonly TestFolder _folder = new();
    private readonly Channel<IReadOnlySet<string>> _calls = Channel.CreateUnbounded<IReadOnlySet<string>>();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task ManyChanges_InOneBreath_AreOneCall()
    {
        _folder.Write("a/x", "");
        _folder.Write("b/y", "");
        using var watch = Watch("a", "b");

        for (var index = 0; index < 50; index++)
        {
            _folder.Write($"a/{index}", "");
        }

        _folder.Write("b/deep/er/z", "");

        var changed = await NextAsync();
        while (!changed.Contains(_folder["b"]))
        {
            // A slow machine may take a breath between two writes.
            changed = await NextAsync();
        }
    }

    [Theory]
    [InlineData("a")]
    [InlineData("later")]
    [InlineData("later/still/deeper")]
    public async Task Folder_ComesGoesAndComesAgain_IsSeenEachTime(string name)
    {
        _folder.Write("a/x", "");
        using var watch = Watch(name);

        for (var round = 0; round < 3; round++)
        {
            _folder.Write($"{name}/file", round.ToString(System.Globalization.CultureInfo.InvariantCulture));
            await NextAsync();
            await SettleAsync(name);
            _folder.Write($"{name}/file", "again");
            await NextAsync();
            await SettleAsync(name);
            Directory.Delete(_folder[name], recursive: true);
            await NextAsync();
        }
    }

    [Fact]
    public async Task File_WrittenAndMovedOver_IsSeen()
    {
        _folder.Write("mik.toml", "1");
        using var watch = Watch("mik.toml");

        await File.WriteAllTextAsync(_folder["mik.toml"], "2");
        await NextAsync();
        await SettleAsync("mik.toml");
        _folder.Write("mik.toml", "3");
        Assert.Equal([_folder["mik.toml"]], await NextAsync());
    }

    [Fact]
    public async Task Link_ToAnotherFolder_IsSeenAndFollowed()
    {
        _folder.Write("v1/x", "");
        _folder.Write("v2/x", "");
        Directory.CreateSymbolicLink(_folder["current"], _folder["v1"]);
        using var watch = Watch("current");

        Directory.Delete(_folder["current"]);
        Directory.CreateSymbolicLink(_folder["current"], _folder["v2"]);
        await NextAsync();
        await SettleAsync("current");
        _folder.Write("v2/y", "");
        await NextAsync();
    }

    [Fact]
    public async Task Calls_NeverOverlapAndSurviveAFailure()
    {
        _folder.Write("a/x", "");
        var running = 0;
        var calls = 0;
        using var finished = new SemaphoreSlim(0);
        using var watch = new FileWatch([_folder["a"]], TimeSpan.FromMilliseconds(1), async _ =>
        {
            Assert.Equal(1, Interlocked.Increment(ref running));
            calls++;
            await Task.Yield();
            Interlocked.Decrement(ref running);
            finished.Release();
            throw new InvalidOperationException("a failure of whoever is called");
        }, NullLogger.Instance);

        for (var round = 0; round < 5; round++)
        {
            _folder.Write("a/x", "");
            Assert.True(await finished.WaitAsync(TimeSpan.FromSeconds(60)));
        }

        Assert.True(calls >= 5);
    }

    private FileWatch Watch(params string[] names) => new(
        names.Select(name => _folder[name]), Quiet, async changed => await _calls.Writer.WriteAsync(changed), NullLogger.Instance);

    private async Task<IReadOnlySet<string>> NextAsync() => await _calls.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(60));

    /// <summary>Waits until nothing of what was done before is still to come.</summary>
    private async Task SettleAsync(string name)
    {
        using var limit = new CancellationTokenSource(Quiet * 4);
        try
        {
            while (true)
            {
                Assert.Equal([_folder[name]], await _calls.Reader.ReadAsync(limit.Token));
            }
        }
        catch (OperationCanceledException)
        {
        }
    }
}
