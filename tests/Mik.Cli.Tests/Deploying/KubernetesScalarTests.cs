using k8s.Models;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Mik.Cli.Tests.Deploying;

/// <summary>Texts from outside in manifests: each is read back as that text, though without quotes many would be something else in YAML.</summary>
public sealed class KubernetesScalarTests : IDisposable
{
    private readonly DeployedProject _project = new();

    public void Dispose() => _project.Dispose();

    [Theory]
    [InlineData("null", "null", "Null")]
    [InlineData("NULL", "null", "yes")]
    [InlineData("True", "true", "null")]
    [InlineData("FALSE", "false", "true")]
    [InlineData("yes", "yes", "False")]
    [InlineData("No", "no", "y")]
    [InlineData("on", "on", "no")]
    [InlineData("OFF", "off", "on")]
    [InlineData("y", "y", "off")]
    [InlineData("N", "n", "NaN")]
    [InlineData("NaN", "nan", "N")]
    [InlineData("_inf", "inf", "_inf")]
    [InlineData("e3", "e3", "E3")]
    [InlineData("_123", "mik-123", "_123")]
    [InlineData("_1e3", "mik-1e3", "_1e3")]
    [InlineData("_0x1f", "mik-0x1f", "_0x1f")]
    [InlineData("_2026-12-01", "mik-2026-12-01", "_2026")]
    [InlineData("_", "mik", "_")]
    public async Task Names_AreReadBack_WhereverTheyStand(string project, string name, string variable)
    {
        await _project.DeployAsync("[project]\nname = \"ordinary\"\n[env]\nA = { from = \"VARIABLE\" }\n");
        var (names, secrets, variables) = (PlacesOf("ordinary", quoted: false), PlacesOf("ordinary-env", quoted: false), PlacesOf("VARIABLE", quoted: false));

        var objects = await _project.DeployAsync($"[project]\nname = \"{project}\"\n[env]\nA = {{ from = \"{variable}\" }}\n");

        Assert.Equal(names, PlacesOf(name, quoted: true));
        Assert.Equal(secrets, PlacesOf(name + "-env", quoted: true));
        Assert.Equal(variables, PlacesOf(variable, quoted: true));
        Assert.Equal((17, 1, 2), (names.Count, secrets.Count, variables.Count));
        Assert.All(objects.Cast<IMetadata<V1ObjectMeta>>(), item => Assert.Equal(name, item.Metadata.Name));
        Assert.All(objects.Cast<IMetadata<V1ObjectMeta>>(), item => Assert.Equal(name, item.Metadata.Labels["app.kubernetes.io/name"]));
        Assert.Equal(name, objects.OfType<V1Deployment>().Single().Spec.Selector.MatchLabels["app.kubernetes.io/name"]);
        Assert.Equal(name, objects.OfType<V1Service>().Single().Spec.Selector["app.kubernetes.io/name"]);
        Assert.Equal(name, objects.OfType<V2HorizontalPodAutoscaler>().Single().Spec.ScaleTargetRef.Name);
        var taken = objects.OfType<V1Deployment>().Single().Spec.Template.Spec.Containers.Single().Env.Last();
        Assert.Equal((variable, name + "-env", variable), (taken.Name, taken.ValueFrom.SecretKeyRef.Name, taken.ValueFrom.SecretKeyRef.Key));
    }

    [Theory]
    [InlineData("'/~'", "/~")]
    [InlineData("'/run/a: b # c'", "/run/a: b # c")]
    [InlineData("'/run/{{[&*!|>%@`'", "/run/{{[&*!|>%@`")]
    [InlineData("'/run/\"quoted\"'", "/run/\"quoted\"")]
    [InlineData("\"/run/it's\"", "/run/it's")]
    [InlineData(@"'/run/back\slash'", @"/run/back\slash")]
    [InlineData(@"""/run/tab\tand\nline""", "/run/tab\tand\nline")]
    [InlineData(@"""/run/\u0085\u2028\u2029\uFEFF""", "/run/\u0085\u2028\u2029\uFEFF")]
    [InlineData(@"""/run/\u0001\u007F""", "/run/\u0001\u007F")]
    [InlineData("'/run/Schlüssel'", "/run/Schlüssel")]
    [InlineData("'/run/🔑'", "/run/🔑")]
    public async Task Paths_AreReadBack(string written, string path)
    {
        var objects = await _project.DeployAsync($"[project]\nname = \"shop\"\n[env]\nA = {{ file = {written} }}\n");

        var mount = objects.OfType<V1Deployment>().Single().Spec.Template.Spec.Containers.Single().VolumeMounts.Single(mount => mount.Name == "files");
        Assert.Equal(path, mount.MountPath);
        // Halves of pairs are what the reader of kubectl refuses.
        Assert.DoesNotContain(@"\ud8", File.ReadAllText(Path.Combine(_project.Manifests, "deployment.yaml")), StringComparison.OrdinalIgnoreCase);
    }

    private List<string> PlacesOf(string text, bool quoted)
    {
        var places = new List<string>();
        foreach (var file in Directory.GetFiles(_project.Manifests).Order(StringComparer.Ordinal))
        {
            var stream = new YamlStream();
            using var reader = File.OpenText(file);
            stream.Load(reader);
            places.AddRange(
                from scalar in ScalarsOf(stream.Documents.Single().RootNode, Path.GetFileName(file))
                where scalar.Node.Value == text && (!quoted || scalar.Node.Style == ScalarStyle.DoubleQuoted)
                select scalar.Place);
        }

        return places;
    }

    private static IEnumerable<(string Place, YamlScalarNode Node)> ScalarsOf(YamlNode node, string place) => node switch
    {
        YamlScalarNode scalar => [(place, scalar)],
        YamlSequenceNode list => list.Children.SelectMany((item, index) => ScalarsOf(item, $"{place}/{index}")),
        YamlMappingNode map => map.Children.SelectMany(entry => ScalarsOf(entry.Value, $"{place}/{entry.Key}")),
        _ => [],
    };
}
