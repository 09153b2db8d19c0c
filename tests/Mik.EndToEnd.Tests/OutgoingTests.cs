namespace Mik.EndToEnd.Tests;

/// <summary>Guests that call others.</summary>
public sealed class OutgoingTests
{
    [Fact]
    public async Task Outgoing_NothingAllowed_IsDenied()
    {
        await using var mik = await MikProcess.ServeAsync("hello outgoing");
        using var client = mik.NewClient();

        var response = await client.AskAsync("/run/outgoing/?url=" + Uri.EscapeDataString(new Uri(mik.Address, "/run/hello/").ToString()));

        Assert.Equal(502, (int)response.StatusCode);
        Assert.Contains("HTTP-request-denied", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Outgoing_WildcardOnly_DoesNotReachLoopback()
    {
        await using var mik = await MikProcess.ServeAsync("hello outgoing", "--http-allowed", "*");
        using var client = mik.NewClient();

        var response = await client.AskAsync("/run/outgoing/?url=" + Uri.EscapeDataString(new Uri(mik.Address, "/run/hello/").ToString()));

        Assert.Equal(502, (int)response.StatusCode);
        Assert.DoesNotContain("Hello", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Outgoing_HostNamedLiterally_IsReached()
    {
        await using var mik = await MikProcess.ServeAsync("hello outgoing", "--http-allowed", "127.0.0.1");
        using var client = mik.NewClient();

        Assert.Equal("Hello from mik!\n", await client.TextAsync("/run/outgoing/?url=" + Uri.EscapeDataString(new Uri(mik.Address, "/run/hello/").ToString())));
    }
}
