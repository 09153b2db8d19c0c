using k8s.Models;

namespace Mik.Cli.Tests.Deploying;

/// <summary><c>mik deploy kubernetes</c>: what it writes is read by the strict reader of Kubernetes' own client, which knows every key.</summary>
public sealed class KubernetesTests : IDisposable
{
    private readonly DeployedProject _project = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task Manifests_OfASmallProject_AreAllThatTheKustomizationNames()
    {
        var objects = await _project.DeployAsync("[project]\nname = \"shop\"\n");

        Assert.Equal(
            [typeof(V1Deployment), typeof(V1Service), typeof(V2HorizontalPodAutoscaler), typeof(V1PodDisruptionBudget), typeof(V1NetworkPolicy)],
            objects.Select(item => item.GetType()));
        Assert.All(objects, item => Assert.Equal("shop", ((IMetadata<V1ObjectMeta>)item).Metadata.Name));
        var named = File.ReadLines(Path.Combine(_project.Manifests, "kustomization.yaml")).Where(
            line => line.StartsWith("  - ", StringComparison.Ordinal)).Select(line => line[4..].Trim('"'));
        Assert.Equal(Directory.GetFiles(_project.Manifests).Select(Path.GetFileName).Where(file => file != "kustomization.yaml").Order(), named.Order());
    }

    [Fact]
    public async Task Deployment_HasTheProjectsLimitsAndTimes()
    {
        var objects = await _project.DeployAsync(
            """
            [project]
            name = "My_Shop"
            version = "1.2.0-rc.1+build"
            [server]
            port = 8080
            shutdown_delay_secs = 7.5
            shutdown_timeout_secs = 20
            memory_limit_mb = 64
            max_per_module_requests = 4
            max_cache_mb = 100
            tls_certificate = "server.pfx"
            """);

        var deployment = objects.OfType<V1Deployment>().Single();
        var pod = deployment.Spec.Template.Spec;
        var container = pod.Containers.Single();
        Assert.Equal("my-shop", deployment.Metadata.Name);
        Assert.Equal("1.2.0-rc.1_build", deployment.Metadata.Labels["app.kubernetes.io/version"]);
        Assert.Equal("registry.example.com/shop:1.2.0", container.Image);
        Assert.Equal(["run", "--shutdown-delay", "7.5"], container.Args);
        Assert.Equal(33, pod.TerminationGracePeriodSeconds);
        Assert.Equal("612Mi", container.Resources.Limits["memory"].ToString());
        Assert.Equal(8080, container.Ports.Single().ContainerPort);
        Assert.Equal(("/health/ready", "HTTPS"), (container.ReadinessProbe.HttpGet.Path, container.ReadinessProbe.HttpGet.Scheme));
        Assert.Equal("/health/live", container.LivenessProbe.HttpGet.Path);
        Assert.True(container.SecurityContext.ReadOnlyRootFilesystem);
        Assert.Equal(0, int.Parse(deployment.Spec.Strategy.RollingUpdate.MaxUnavailable.Value, System.Globalization.CultureInfo.InvariantCulture));
        var password = container.Env.Single(variable => variable.Name == "MIK_TLS_PASSWORD");
        Assert.Equal(("my-shop-tls", "password"), (password.ValueFrom.SecretKeyRef.Name, password.ValueFrom.SecretKeyRef.Key));
    }

    [Fact]
    public async Task Deployment_TakesVariablesFromSecrets_AndNeverTheirValues()
    {
        var objects = await _project.DeployAsync(
            """
            [project]
            name = "shop"
            [env]
            GREETING = "hello there"
            DATABASE = { from = "DB_PASSWORD" }
            AGAIN = { from = "DB_PASSWORD" }
            WHERE = { from = "PORT" }
            TOKEN = { file = "/run/secrets/token" }
            OWN = { file = "own.txt" }
            """);

        var pod = objects.OfType<V1Deployment>().Single().Spec.Template.Spec;
        var container = pod.Containers.Single();
        var password = container.Env.Single(variable => variable.Name == "DB_PASSWORD");
        Assert.Equal(("shop-env", "DB_PASSWORD"), (password.ValueFrom.SecretKeyRef.Name, password.ValueFrom.SecretKeyRef.Key));
        Assert.Null(password.Value);
        Assert.Single(container.Env, variable => variable.Name == "PORT");
        Assert.DoesNotContain(container.Env, variable => variable.Name is "GREETING" or "DATABASE");
        var mount = container.VolumeMounts.Single(mount => mount.Name == "files");
        Assert.Equal(("/run/secrets/token", "run.secrets.token", true), (mount.MountPath, mount.SubPath, mount.ReadOnlyProperty));
        Assert.Equal("shop-files", pod.Volumes.Single(volume => volume.Name == "files").Secret.SecretName);
    }

    [Fact]
    public async Task Deployment_WithoutADelay_HasOne_SoThatBalancersSeeIt()
    {
        var objects = await _project.DeployAsync("[project]\nname = \"shop\"\n");

        var pod = objects.OfType<V1Deployment>().Single().Spec.Template.Spec;
        Assert.Equal(["run", "--shutdown-delay", "5"], pod.Containers.Single().Args);
        Assert.Equal(40, pod.TerminationGracePeriodSeconds);
    }

    [Fact]
    public async Task Environment_OfTheProject_IsInNoManifest()
    {
        await _project.DeployAsync("[project]\nname = \"shop\"\n[env]\nTOKEN = \"s3cret-value\"\n");

        Assert.All(Directory.GetFiles(_project.Manifests), file => Assert.DoesNotContain("s3cret-value", File.ReadAllText(file), StringComparison.Ordinal));
    }

    [Fact]
    public async Task FilesThatSayOtherThings_AreLeft_UnlessForced()
    {
        await _project.DeployAsync("[project]\nname = \"shop\"\n");
        var service = Path.Combine(_project.Manifests, "service.yaml");
        File.AppendAllText(service, "# mine\n");

        var refused = await _project.RunAsync();

        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("service.yaml", refused.Errors, StringComparison.Ordinal);
        Assert.Contains("# mine", File.ReadAllText(service), StringComparison.Ordinal);
        Assert.Equal(0, (await _project.RunAsync("--force")).ExitCode);
        Assert.DoesNotContain("# mine", File.ReadAllText(service), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--image", "a b")]
    [InlineData("--replicas", "0")]
    [InlineData("--replicas", "11")]
    public async Task Mistakes_AreToldAndNothingIsWritten(string option, string value)
    {
        _project.Write("[project]\nname = \"shop\"\n");

        var run = option == "--image"
            ? await CommandRun.OfAsync("deploy", "kubernetes", option, value, "--config", Path.Combine(_project.Folder, "mik.toml"))
            : await _project.RunAsync(option, value);

        Assert.Equal(2, run.ExitCode);
        Assert.False(Directory.Exists(_project.Manifests));
    }
}
