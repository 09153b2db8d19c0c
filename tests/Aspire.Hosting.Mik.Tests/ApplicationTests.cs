using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using Mik.Testing;

namespace Aspire.Hosting.Mik.Tests;

/// <summary>An application with projects of mik, started by Aspire's own orchestrator.</summary>
public sealed class ApplicationTests
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(5);

    [Theory]
    [InlineData("samples/hello", "samples/hello")]
    [InlineData("guests/hello/hello.wasm", "guests/hello")]
    public void Project_IsRunInItsFolder(string path, string folder)
    {
        var mik = NewBuilder().AddMik("shop", RepositoryRoot.Combine(path));

        Assert.Equal(("mik", RepositoryRoot.Combine(folder)), (mik.Resource.Command, mik.Resource.WorkingDirectory));
    }

    [OrchestratorFact]
    public async Task Projects_AreServedReadyAndFindEachOther()
    {
        var builder = NewBuilder();
        var mik = Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "mik.exe" : "mik");
        var hello = builder.AddMik("hello", RepositoryRoot.Combine("samples", "hello"), mik);
        var caller = builder.AddMik(
            "caller", RepositoryRoot.Combine("guests", "outgoing", "outgoing.wasm"), mik).WithGuestReference(hello.Resource.HttpEndpoint).WaitFor(hello);
        await using var application = builder.Build();
        using var limit = new CancellationTokenSource(StartLimit);
        await application.StartAsync(limit.Token);
        await application.Services.GetRequiredService<ResourceNotificationService>().WaitForResourceHealthyAsync("caller", limit.Token);

        using var client = new HttpClient();
        Assert.Equal("Hello from mik!\n", await client.GetStringAsync(new Uri(new Uri(hello.Resource.HttpEndpoint.Url), "/run/hello/"), limit.Token));
        var through = new Uri(
            new Uri(caller.Resource.HttpEndpoint.Url), "/run/outgoing/?url=" + Uri.EscapeDataString(hello.Resource.HttpEndpoint.Url + "/run/hello/"));
        Assert.Equal("Hello from mik!\n", await client.GetStringAsync(through, limit.Token));
        await application.StopAsync(limit.Token);
    }

    private static IDistributedApplicationBuilder NewBuilder()
    {
        var builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions
        {
            AssemblyName = Assembly.GetExecutingAssembly().GetName().Name,
            DisableDashboard = true,
            AllowUnsecuredTransport = true,
        });

        // Its path is asked for though it is not started.
        builder.Configuration["DcpPublisher:DashboardPath"] = typeof(ApplicationTests).Assembly.Location;
        return builder;
    }
}

/// <summary>A fact that needs Aspire's orchestrator, which is a program of its own.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class OrchestratorFactAttribute : FactAttribute
{
    public OrchestratorFactAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
        : base(file, line)
    {
        var path = Assembly.GetExecutingAssembly().GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(
            attribute => attribute.Key == "dcpclipath")?.Value;
        if (!OperatingSystem.IsLinux() || path is null || !File.Exists(path))
        {
            Skip = "Aspire's orchestrator (dcp) for this platform is not there";
        }
    }
}
