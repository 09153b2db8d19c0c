using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Mik.Packages.Tests.Registry;

/// <summary>A <c>docker-registry</c> of its own in a folder of its own.</summary>
internal sealed partial class RealRegistry : IAsyncDisposable
{
    private readonly Process _process;
    private readonly TemporaryFolder _folder;

    private RealRegistry(Process process, TemporaryFolder folder, string authority) => (_process, _folder, Authority) = (process, folder, authority);

    public string Authority { get; }

    /// <summary>The program; null when this machine has none.</summary>
    public static string? Program => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .SelectMany(folder => new[] { Path.Combine(folder, "docker-registry"), Path.Combine(folder, "registry") })
        .FirstOrDefault(File.Exists);

    /// <summary>Starts one on a free port, which the system chooses and the log tells.</summary>
    public static async Task<RealRegistry> StartAsync()
    {
        var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["config.yml"], $"""
            version: 0.1
            log:
              level: info
              formatter: text
              accesslog:
                disabled: true
            storage:
              filesystem:
                rootdirectory: {folder["data"]}
              delete:
                enabled: true
            http:
              addr: 127.0.0.1:0
            """);
        var process = Process.Start(
            new ProcessStartInfo(
                Program!, ["serve", folder["config.yml"]])
            { RedirectStandardError = true, RedirectStandardOutput = true, UseShellExecute = false })!;
        var listens = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        process.OutputDataReceived += (_, line) => Look(line.Data);
        process.ErrorDataReceived += (_, line) => Look(line.Data);
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        var authority = await listens.Task.WaitAsync(TimeSpan.FromSeconds(60));
        using var client = new HttpClient();
        (await client.GetAsync(new Uri($"http://{authority}/v2/"))).EnsureSuccessStatusCode();
        return new RealRegistry(process, folder, authority);

        void Look(string? line)
        {
            if (line is not null && Listening().Match(line) is { Success: true } match)
            {
                listens.TrySetResult(match.Groups["authority"].Value);
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

    [GeneratedRegex(@"listening on (?<authority>127\.0\.0\.1:\d+)", RegexOptions.None, 1000)]
    private static partial Regex Listening();
}

/// <summary>A test with a real registry; skipped, with a word, where there is none.</summary>
internal sealed class RealRegistryFactAttribute : FactAttribute
{
    public RealRegistryFactAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
        : base(file, line) =>
        Skip = RealRegistry.Program is null ? "no docker-registry on the PATH (Debian: apt-get install docker-registry)" : null;
}
