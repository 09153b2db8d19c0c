using System.Diagnostics;
using System.Text.Json;
using Mik.Packages.Tests.Install;
using Mik.Packages.Tests.Registry;
using Mik.Testing;

namespace Mik.Packages.Tests.Commands;

/// <summary>The real <c>mik</c> in a process of its own, in the folder of a test's project.</summary>
internal static class MikCommand
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(100);

    /// <summary>Runs a command to its end.</summary>
    public static async Task<(int ExitCode, string Output, string Errors)> RunAsync(TestProject project, FakeRegistry? registry, params string[] arguments)
    {
        using var process = Start(project, registry, arguments);
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(Limit);
        return (process.ExitCode, await output, await errors);
    }

    /// <summary>Runs a command that must succeed; gives what it prints.</summary>
    public static async Task<string> SucceedAsync(TestProject project, FakeRegistry? registry, params string[] arguments)
    {
        var (exitCode, output, errors) = await RunAsync(project, registry, arguments);
        Assert.True(exitCode == 0, errors);
        return output;
    }

    /// <summary>Runs a command with <c>--json</c>.</summary>
    public static async Task<JsonElement> JsonAsync(TestProject project, FakeRegistry? registry, params string[] arguments)
    {
        using var document = JsonDocument.Parse(await SucceedAsync(project, registry, [.. arguments, "--json"]));
        JsonNames.AssertSnakeCase(document.RootElement);
        return document.RootElement.Clone();
    }

    /// <summary>Runs a command without mirrors and with a variable of the environment.</summary>
    public static async Task<(int ExitCode, string Errors)> RunWithAsync(TestProject project, string variable, string value, params string[] arguments)
    {
        var start = Prepare(project, registry: null, arguments);
        start.Environment.Remove("MIK_REGISTRY_MIRRORS");
        start.Environment[variable] = value;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(Limit);
        _ = await output;
        return (process.ExitCode, await errors);
    }

    /// <summary>Starts a command.</summary>
    public static Process Start(TestProject project, FakeRegistry? registry, params string[] arguments) =>
        Process.Start(Prepare(project, registry, arguments))!;

    private static ProcessStartInfo Prepare(TestProject project, FakeRegistry? registry, string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "mik.exe" : "mik"), arguments)
        {
            WorkingDirectory = project.Folder,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["MIK_HOME"] = project.Home;
        start.Environment["MIK_REGISTRY_MIRRORS"] =
            $"ghcr.io=http://{registry?.Authority ?? "127.0.0.1:1"},docker.io=http://{registry?.Authority ?? "127.0.0.1:1"}";
        start.Environment["DOCKER_CONFIG"] = project.Home;
        start.Environment.Remove("REGISTRY_AUTH_FILE");
        start.Environment.Remove("SOURCE_DATE_EPOCH");
        return start;
    }
}
