using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Mik.Packages.Tests.Registry;

/// <summary>A <c>docker-registry</c> of its own in a folder of its own.</summary>
internal sealed class RealRegistry : IAsyncDisposable
{
    private readonly Process _process;
    private readonly TemporaryFolder _folder;

    private RealRegistry(Process process, TemporaryFolder folder, string authority) => (_process, _folder, Authority) = (process, folder, authority);

    public string Authority { get; }

    /// <summary>The program; null when this machine has none.</summary>
    public static string? Program => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .SelectMany(folder => new[] { Path.Combine(folder, "docker-registry"), Path.Combine(folder, "registry") })
        .FirstOrDefault(File.Exists);

    /// <summary>Starts one on a free port.</summary>
    public static async Task<RealRegistry> StartAsync()
    {
        var folder = new TemporaryFolder();
        var authority = $"127.0.0.1:{FreePort()}";
        await File.WriteAllTextAsync(folder["config.yml"], $"""
            version: 0.1
            log:
              level: error
              accesslog:
                disabled: true
            storage:
              filesystem:
                rootdirectory: {folder["data"]}
              delete:
                enabled: true
            http:
              addr: {authority}
            """);
        var process = Process.Start(
            new ProcessStartInfo(
                Program!, ["serve", folder["config.yml"]])
            { RedirectStandardError = true, RedirectStandardOutput = true, UseShellExecute = false })!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        var registry = new RealRegistry(process, folder, authority);
        using var client = new HttpClient();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            try
            {
                (await client.GetAsync(new Uri($"http://{authority}/v2/"), limit.Token)).EnsureSuccessStatusCode();
                return registry;
            }
            catch (HttpRequestException) when (!process.HasExited)
            {
                await Task.Delay(50, limit.Token);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _folder.Dispose();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

/// <summary>A test with a real registry; skipped, with a word, where there is none.</summary>
internal sealed class RealRegistryFactAttribute : FactAttribute
{
    public RealRegistryFactAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
        : base(file, line) =>
        Skip = RealRegistry.Program is null ? "no docker-registry on the PATH (Debian: apt-get install docker-registry)" : null;
}
