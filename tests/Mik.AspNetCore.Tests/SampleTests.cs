using System.Net;
using Microsoft.AspNetCore.Mvc.Testing;

namespace Mik.AspNetCore.Tests;

/// <summary>The sample, in memory, as tests of a program would start it.</summary>
public sealed class SampleTests : IClassFixture<WebApplicationFactory<Program>>
{
    private readonly HttpClient _client;

    public SampleTests(WebApplicationFactory<Program> sample) =>
        _client = sample.WithWebHostBuilder(host => host.UseSetting("WasiHttp:Components:hello:Deadline", "00:05:00")).CreateClient();

    [Theory]
    [InlineData("/hello")]
    [InlineData("/hello/")]
    [InlineData("/base/hello/x")]
    public async Task Component_IsAnEndpoint(string path) => Assert.Equal("Hello from mik!\n", await _client.GetStringAsync(path));

    [Fact]
    public async Task MinimalEndpoint_IsBesideIt() => Assert.StartsWith("A minimal endpoint", await _client.GetStringAsync("/"), StringComparison.Ordinal);

    [Fact]
    public async Task Middleware_IsBeforeAnEndpoint()
    {
        using var answer = await _client.GetAsync("/marked");
        Assert.Equal("An endpoint behind a component.", await answer.Content.ReadAsStringAsync());
        Assert.Equal("p3", Assert.Single(answer.Headers.GetValues("x-passed")));
    }

    [Fact]
    public async Task Health_IsFine() => Assert.Equal("Healthy", await _client.GetStringAsync("/health"));

    [Fact]
    public async Task RateLimiting_HoldsForAComponent()
    {
        var statuses = new List<HttpStatusCode>();
        for (var number = 0; number < 3; number++)
        {
            using var answer = await _client.GetAsync("/limited/");
            statuses.Add(answer.StatusCode);
        }

        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.TooManyRequests], statuses);
    }
}
