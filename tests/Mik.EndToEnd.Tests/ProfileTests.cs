namespace Mik.EndToEnd.Tests;

public sealed class ProfileTests
{
    [Fact]
    public async Task Run_WithProfile_PrintsWhereTheTimeWent()
    {
        await using var mik = await MikProcess.ServeAsync("hello echo", "--profile");
        using var client = mik.NewClient();
        for (var request = 0; request < 5; request++)
        {
            Assert.Equal("Hello from mik!\n", await client.GetStringAsync("/run/hello/"));
        }

        mik.Signal("TERM");
        Assert.Equal(0, await mik.ExitCodeAsync(TimeSpan.FromSeconds(60)));

        var row = Assert.Single(
            mik.Output.Split('\n'), line => line.StartsWith("hello ", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("5", row[1]);
        Assert.Equal(9, row.Length);
        var figures = row[2..].Select(
            figure => double.Parse(figure, System.Globalization.NumberStyles.Number, System.Globalization.CultureInfo.InvariantCulture)).ToArray();
        Assert.All(figures[1..3], figure => Assert.True(figure > 0));

        // Take, guest, host calls, reset and HTTP are all of it.
        Assert.Equal(figures[5], figures[..5].Sum(), 0.5);
        Assert.DoesNotContain(mik.Output.Split('\n'), line => line.StartsWith("echo ", StringComparison.Ordinal));
    }
}
