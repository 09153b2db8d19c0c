using k8s.Models;

namespace Mik.Cli.Tests.Deploying;

/// <summary>What the pods of <c>mik deploy kubernetes</c> take from Secrets: files stand where mik in the image looks for them.</summary>
public sealed class KubernetesSecretTests : IDisposable
{
    private const string Project = "[project]\nname = \"shop\"\n";

    private readonly DeployedProject _project = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task Files_AreMountedWhereMikInTheImageLooks_UnlessTheImageHasThem()
    {
        var own = Path.Combine(_project.Folder, "own.txt");
        var pod = PodOf(await _project.DeployAsync(
            Project + $"[env]\nA = {{ file = \"../shared/key\" }}\nB = {{ file = \"a/../own.txt\" }}\nC = {{ file = \"{own}\" }}\n"
                + $"D = {{ file = \"../{Path.GetFileName(_project.Folder)}/own.txt\" }}\nE = {{ file = \"/run/../run/token\" }}\n"));

        Assert.Equal(
            ["/shared/key", own, $"/{Path.GetFileName(_project.Folder)}/own.txt", "/run/token"],
            MountsOf(pod, "files").Select(mount => mount.MountPath));
        Assert.Equal("shared.key", MountsOf(pod, "files").First().SubPath);
    }

    [Fact]
    public async Task Files_HaveKeysOfTheirOwn_ThatDoNotDependOnTheirOrder()
    {
        string[] paths =
        [
            "/run/secrets/a b", "/run/secrets/a_b", "/run/secrets/a.b", "/run/secrets/a/b", "/run/secrets/plain", "/..run/token", "/" + new string('x', 300),
        ];

        var keys = await KeysAsync(paths);
        Assert.Equal(keys, await KeysAsync([.. paths.Reverse()]));
        Assert.Equal(paths.Length, keys.Values.Distinct().Count());
        Assert.All(keys.Values, key => Assert.Matches(@"^(?!\.\.)[-._a-zA-Z0-9]{1,253}\z", key));
        Assert.Equal("run.secrets.plain", keys["/run/secrets/plain"]);
    }

    [Fact]
    public async Task Certificate_AndKey_AreMountedFromASecret_ThoughTheyAreInTheProject()
    {
        var pod = PodOf(await _project.DeployAsync(
            Project + "[server]\ntls_certificate = \"certs/server.pem\"\ntls_key = \"../server.key\"\n[env]\nA = { file = \"../server.key\" }\n"));

        Assert.Equal(
            [("/app/certs/server.pem", "tls.crt", true), ("/server.key", "tls.key", true)],
            MountsOf(pod, "tls").Select(mount => (mount.MountPath, mount.SubPath, mount.ReadOnlyProperty == true)));
        Assert.Equal("shop-tls", pod.Volumes.Single(volume => volume.Name == "tls").Secret.SecretName);
        Assert.DoesNotContain(pod.Volumes, volume => volume.Name == "files");
    }

    [Theory]
    [InlineData("tls_certificate = \"/run/tls/server.pfx\"", "/run/tls/server.pfx", "tls.pfx")]
    [InlineData("tls_certificate = \"/run/tls/server.P12\"", "/run/tls/server.P12", "tls.pfx")]
    [InlineData("tls_certificate = \"/run/tls/all.pem\"\ntls_key = \"/run/tls/all.pem\"", "/run/tls/all.pem", "tls.crt")]
    public async Task Certificate_WithItsKeyInOneFile_IsMountedOnce(string keys, string path, string key)
    {
        var pod = PodOf(await _project.DeployAsync($"{Project}[server]\n{keys}\n"));

        var mount = Assert.Single(MountsOf(pod, "tls"));
        Assert.Equal((path, key), (mount.MountPath, mount.SubPath));
    }

    [Fact]
    public async Task PasswordOfACertificate_IsAVariableLikeOthers_WhereThereIsNone()
    {
        var pod = PodOf(await _project.DeployAsync(Project + "[env]\nA = { from = \"MIK_TLS_PASSWORD\" }\n"));

        Assert.Equal("shop-env", pod.Containers.Single().Env.Single(variable => variable.Name == "MIK_TLS_PASSWORD").ValueFrom.SecretKeyRef.Name);
    }

    [Fact]
    public async Task Output_NamesEachKeyOfEachSecret()
    {
        _project.Write(
            """
            [project]
            name = "My_Shop"
            [server]
            tls_certificate = "server.pem"
            tls_key = "server.key"
            [env]
            A = { from = "DB_PASSWORD" }
            B = { file = "/run/secrets/token" }
            C = { file = "/run/\u001B[2J" }
            """);

        var run = await _project.RunAsync();

        Assert.Contains(
            """
            Secrets that must be there first:
              my-shop-env: DB_PASSWORD
              my-shop-files: run.secrets.token, mounted at /run/secrets/token
              my-shop-files: run.__2J, mounted at /run/\u001b[2J
              my-shop-tls: tls.crt, mounted at /app/server.pem
              my-shop-tls: tls.key, mounted at /app/server.key
              my-shop-tls: password, if the key has one


            """.ReplaceLineEndings("\n"), run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Output_WithoutSecrets_SaysNothingOfThem()
    {
        _project.Write(Project);

        Assert.DoesNotContain("Secret", (await _project.RunAsync()).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Folders_OutsideOfTheProject_AreWarnedOf()
    {
        _project.Write(
            Project + "[server]\nmodules = \"../mods/\"\nuser_modules = \"/srv/tenants\"\nscripts = \"scripts/../more\"\nstatic = \"../app/public\"\n");

        var run = await _project.RunAsync();

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(2, run.Errors.Split("warning[deploy-folder]: ").Length - 1);
        Assert.Contains("server.modules is /mods in the image", run.Errors, StringComparison.Ordinal);
        Assert.Contains("server.user_modules is /srv/tenants in the image", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ProjectThatMikInTheImageWouldRefuse_IsRefusedHere()
    {
        _project.Write(Project + "[server]\nstatic = \"../app\"\n");

        var run = await _project.RunAsync();

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("error[config-value]: /app/mik.toml:4:10: server.static is for everyone", run.Errors, StringComparison.Ordinal);
        Assert.Contains("because: in the image the project's folder is /app", run.Errors, StringComparison.Ordinal);
    }

    private async Task<Dictionary<string, string>> KeysAsync(string[] paths)
    {
        var rows = string.Join('\n', paths.Select((path, index) => $"V{index} = {{ file = \"{path}\" }}"));
        return MountsOf(PodOf(await _project.DeployAsync($"{Project}[env]\n{rows}\n")), "files").ToDictionary(mount => mount.MountPath, mount => mount.SubPath);
    }

    private static V1PodSpec PodOf(IEnumerable<object> objects) => objects.OfType<V1Deployment>().Single().Spec.Template.Spec;

    private static IEnumerable<V1VolumeMount> MountsOf(V1PodSpec pod, string volume) =>
        pod.Containers.Single().VolumeMounts.Where(mount => mount.Name == volume);
}
