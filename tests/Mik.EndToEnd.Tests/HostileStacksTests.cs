using System.Net;

namespace Mik.EndToEnd.Tests;

/// <summary>
/// Guests of 0.3 that hold stacks (<c>guests/hostile/components.mjs</c>): each component has a part of all, and a shortage is of the request alone.
/// </summary>
public sealed class HostileStacksTests
{
    [Fact]
    public async Task Stacks_OfOneModule_LeaveThoseOfOthers()
    {
        var folder = Directory.CreateTempSubdirectory("mik-stacks-");
        try
        {
            var other = Path.Combine(folder.FullName, "other.wasm");
            File.Copy(MikProcess.Guest("hostile/stacks"), other);
            await using var mik = await MikProcess.ServePathsAsync([MikProcess.Guest("hostile/stacks"), other], "--timeout", "60");
            using var client = mik.NewClient();

            // Eight stacks each, of which 64 are one component's share.
            var requests = Enumerable.Range(0, 20).Select(_ => client.GetAsync("/run/stacks/")).ToArray();
            var refused = await await Task.WhenAny(requests);
            await refused.ProblemAsync(503, "overloaded");
            using var response = await client.GetAsync("/run/other/");
            Assert.Contains("returned without a response", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);

            // Eight at most have their stacks: one that is refused may hold a part of its own. What it was refused is no failure of the module.
            var statuses = Array.ConvertAll(await Task.WhenAll(requests), answer => answer.StatusCode);
            Assert.InRange(statuses.Count(status => status == HttpStatusCode.ServiceUnavailable), 12, 20);
            Assert.All(statuses, status => Assert.True(status is HttpStatusCode.ServiceUnavailable or HttpStatusCode.InternalServerError, $"{status}"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
