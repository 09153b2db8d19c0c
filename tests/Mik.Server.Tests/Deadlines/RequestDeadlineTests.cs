using Mik.AspNetCore.Deadlines;

namespace Mik.Server.Tests.Deadlines;

public sealed class RequestDeadlineTests
{
    [Fact]
    public async Task Token_AfterTheTimeout_IsCancelledWithTheReason()
    {
        using var deadline = new RequestDeadline(TimeSpan.FromMilliseconds(1), TimeProvider.System, CancellationToken.None);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.Delay(Timeout.Infinite, deadline.Token));

        Assert.Equal(StopReason.Deadline, deadline.Reason);
    }

    [Fact]
    public void Stop_SecondReason_IsIgnored()
    {
        using var client = new CancellationTokenSource();
        using var deadline = new RequestDeadline(TimeSpan.FromHours(1), TimeProvider.System, client.Token);
        Assert.Equal(StopReason.None, deadline.Reason);

        client.Cancel();
        deadline.Stop(StopReason.Deadline);

        Assert.Equal(StopReason.ClientGone, deadline.Reason);
        Assert.True(deadline.Token.IsCancellationRequested);
    }
}
