using System.Net;

namespace Mik.EndToEnd.Tests;

/// <summary>Instances are used again by later requests: none of them may notice.</summary>
public sealed class InstanceReuseTests
{
    [Fact]
    public async Task State_ManyRequestsSideBySide_IsAlwaysNew()
    {
        await using var mik = await MikProcess.ServeAsync("state rust libc");
        using var client = mik.NewClient();

        await Parallel.ForEachAsync(Enumerable.Range(0, 3000), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, cancellationToken) =>
        {
            Assert.Equal("1\n", await client.GetStringAsync("/run/state/", cancellationToken));
            if (i % 10 == 0)
            {
                Assert.Equal("Hello from Rust!\n", await client.GetStringAsync("/run/rust/", cancellationToken));
            }
        });

        // A guest may end a moment after its answer.
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!(await client.GetStringAsync("/metrics", limit.Token)).Contains("mik_instances_live{module=\"state\"} 0", StringComparison.Ordinal))
        {
        }
    }

    [Fact]
    public async Task Failures_BetweenGoodRequests_LeaveNothingBehind()
    {
        await using var mik = await MikProcess.ServeAsync("state trap memory noreply recurse loop", "--timeout", "8");
        using var client = mik.NewClient();

        for (var round = 0; round < 5; round++)
        {
            foreach (var (path, status) in new[]
            {
                ("/run/trap/unreachable", HttpStatusCode.InternalServerError),
                ("/run/memory/hog", HttpStatusCode.InternalServerError),
                ("/run/memory/?mb=20", HttpStatusCode.OK),
                ("/run/noreply/unset", HttpStatusCode.InternalServerError),
                ("/run/recurse/", HttpStatusCode.InternalServerError),
                ("/run/recurse/?depth=100", HttpStatusCode.OK),
                ("/run/state/", HttpStatusCode.OK),
            })
            {
                using var response = await client.GetAsync(path);
                Assert.Equal((path, status), (path, response.StatusCode));
            }
        }

        using var endless = await client.GetAsync("/run/loop/");
        Assert.Equal(HttpStatusCode.GatewayTimeout, endless.StatusCode);
        Assert.Equal("1\n", await client.GetStringAsync("/run/state/"));

        // What a guest took and gave up is not the next one's.
        var first = await client.GetStringAsync("/run/memory/?mb=20");
        Assert.Equal(first, await client.GetStringAsync("/run/memory/?mb=20"));
    }

    [Fact]
    public async Task Environment_OfAnInstanceThatReadItWhenItWasMade_StaysTheServers()
    {
        await using var mik = await MikProcess.ServeAsync("libc rust", "--env", "NAME=value");
        using var client = mik.NewClient();

        for (var i = 0; i < 20; i++)
        {
            Assert.Contains("value", await client.GetStringAsync("/run/libc/env?NAME"), StringComparison.Ordinal);
        }
    }
}
