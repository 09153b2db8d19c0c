using k8s;

namespace Mik.Cli.Tests.Deploying;

/// <summary>A project that <c>mik deploy kubernetes</c> writes manifests of, read by the strict reader of Kubernetes' own client.</summary>
internal sealed class DeployedProject : IDisposable
{
    private static readonly string[] Files = ["deployment.yaml", "service.yaml", "autoscaler.yaml", "disruption-budget.yaml", "network-policy.yaml"];

    /// <summary>The project's folder.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("mik-deploy-").FullName;

    /// <summary>Where the manifests are.</summary>
    public string Manifests => Path.Combine(Folder, "deploy", "kubernetes");

    /// <summary>Writes a mik.toml.</summary>
    public void Write(string project) => File.WriteAllText(Path.Combine(Folder, "mik.toml"), project);

    /// <summary>Runs the command.</summary>
    public Task<CommandRun> RunAsync(params string[] more) =>
        CommandRun.OfAsync(["deploy", "kubernetes", "--image", "registry.example.com/shop:1.2.0", "--config", Path.Combine(Folder, "mik.toml"), .. more]);

    /// <summary>The objects of a project about which there is nothing to say.</summary>
    public async Task<IReadOnlyList<object>> DeployAsync(string project)
    {
        Write(project);
        var run = await RunAsync("--force");
        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        return [.. Files.SelectMany(file => KubernetesYaml.LoadAllFromString(File.ReadAllText(Path.Combine(Manifests, file)), null, strict: true))];
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
