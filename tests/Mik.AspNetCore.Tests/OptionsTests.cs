using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Mik.AspNetCore.Configuration;
using Mik.Testing;

namespace Mik.AspNetCore.Tests;

/// <summary>Options that cannot be used, and components that cannot be loaded.</summary>
public sealed class OptionsTests
{
    [Theory]
    [InlineData("Path is missing", "", "api.example.com", "00:00:05", 1 << 20)]
    [InlineData("AllowedHosts", "a.wasm", "http://", "00:00:05", 1 << 20)]
    [InlineData("Deadline", "a.wasm", "api.example.com", "00:00:00", 1 << 20)]
    [InlineData("MemoryLimit", "a.wasm", "api.example.com", "00:00:05", 1)]
    [InlineData("Route", "a.wasm", "api.example.com", "00:00:05", 1 << 20, "/a/{b")]
    public async Task Start_WithBadOptions_SaysWhichAndStops(string said, string path, string host, string deadline, long memory, string? route = null)
    {
        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() => EmbeddedProgram.StartAsync(
            builder => builder.Services.AddWasiHttp(options =>
            {
                var component = new WasiComponentOptions
                {
                    Path = path,
                    Route = route,
                    Deadline = TimeSpan.Parse(deadline, System.Globalization.CultureInfo.InvariantCulture),
                    MemoryLimit = memory
                };
                component.AllowedHosts.Add(host);
                options.Components["api"] = component;
            }),
            _ => { }));

        Assert.Contains("WasiHttp:Components:api:", failure.Message, StringComparison.Ordinal);
        Assert.Contains(said, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Components:api:Deadline", "abc")]
    [InlineData("Components:api:MemoryLimit", "128MB")]
    [InlineData("Components:api:PathSeenByGuest", "Ful")]
    [InlineData("Components:api:PathSeenByGuest", "7")]
    [InlineData("Components:api:Deadlin", "00:00:05")]
    [InlineData("Component:api:Path", "a.wasm")]
    [InlineData("MaxConcurrentGuests", "2147483647")]
    [InlineData("MaxConcurrentGuests", "0")]
    public async Task Start_WithConfigurationThatCannotBeRead_NamesItAndStops(string key, string value)
    {
        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() => EmbeddedProgram.StartAsync(
            builder =>
            {
                builder.Configuration["WasiHttp:Components:api:Path"] = "a.wasm";
                builder.Configuration["WasiHttp:" + key] = value;
                builder.Services.AddWasiHttp();
            },
            _ => { }));

        Assert.Contains(key.Split(':')[^1] is "Path" ? "'Component'" : key.Split(':')[^1], failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MapWasiHttp_WithoutAddWasiHttp_SaysWhatIsMissing()
    {
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => EmbeddedProgram.StartAsync(_ => { }, app => app.MapWasiHttp()));

        Assert.Contains("AddWasiHttp", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nowhere.wasm")]
    [InlineData("README.md")]
    public async Task Component_ThatCannotBeLoaded_Is500_AndUnhealthy(string file)
    {
        await using var program = await EmbeddedProgram.StartAsync(
            builder =>
            {
                builder.Services.AddWasiHttp(
                    options => options.Components["bad"] = new WasiComponentOptions { Path = RepositoryRoot.Combine(file), Route = "/g/{**rest}" });
                builder.Services.AddHealthChecks().AddWasiHttp();
            },
            app =>
            {
                app.MapWasiHttp();
                app.MapHealthChecks("/health");
            });

        using var answer = await program.Client.GetAsync("/g/");
        using var health = await program.Client.GetAsync("/health");

        Assert.Equal((HttpStatusCode.InternalServerError, HttpStatusCode.ServiceUnavailable), (answer.StatusCode, health.StatusCode));
    }
}
