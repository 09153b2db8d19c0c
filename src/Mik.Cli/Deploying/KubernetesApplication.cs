using System.Globalization;
using System.Text.Json;
using Mik.Configuration.Model;

namespace Mik.Cli.Deploying;

/// <summary>What manifests say of a project: all of it comes from mik.toml and the command line.</summary>
internal sealed class KubernetesApplication
{
    // What mik needs beside what guests may use: seen at 90 to 210 MB under load.
    private const long OwnMegabytes = 256;

    // The longest that an object's name and a label's value may be.
    private const int LongestName = 63;

    // A pod gets its signal while balancers still send it requests.
    private const double LeastDelay = 5;

    // Between the end of the drain and the kill: for logs and traces.
    private const double Slack = 5;

    private static readonly string[] Own = ["HOST", "PORT", "MIK_HOME", "MIK_TLS_PASSWORD", "DOTNET_GCHeapHardLimitPercent"];

    private readonly MikConfiguration _project;

    /// <summary>Makes it.</summary>
    /// <param name="project">The project.</param>
    /// <param name="image">The container image with mik and the project.</param>
    /// <param name="replicas">The fewest pods.</param>
    /// <param name="maxReplicas">The most pods.</param>
    public KubernetesApplication(MikConfiguration project, string image, int replicas, int maxReplicas)
    {
        _project = project;
        Image = Quoted(image);
        Name = NameOf(project.Name);
        Version = Quoted(LabelOf(project.Version));
        Replicas = replicas;
        MaxReplicas = maxReplicas;
    }

    /// <summary>The name of every object: the project's, as a DNS label.</summary>
    public string Name { get; }

    /// <summary>The project's version as the value of a label, quoted.</summary>
    public string Version { get; }

    /// <summary>The image, quoted.</summary>
    public string Image { get; }

    /// <summary>The fewest pods.</summary>
    public int Replicas { get; }

    /// <summary>The most pods.</summary>
    public int MaxReplicas { get; }

    /// <summary>The port of the server.</summary>
    public int Port => _project.Server.Port is > 0 and var port ? port : 3000;

    /// <summary>Whether the server has a certificate.</summary>
    public bool IsTls => _project.Server.TlsCertificate is not null;

    /// <summary>How long a pod says that it goes before it refuses.</summary>
    public double DelaySeconds => Math.Max(LeastDelay, _project.Server.ShutdownDelay.TotalSeconds);

    /// <summary>How long a pod may take to end.</summary>
    public int GraceSeconds => (int)Math.Ceiling(DelaySeconds + _project.Server.ShutdownTimeout.TotalSeconds + Slack);

    /// <summary>Memory that a pod asks for, in MiB.</summary>
    public static long RequestedMegabytes => OwnMegabytes;

    /// <summary>Memory that a pod may have at most, in MiB: mik, its cache, and one module's requests each at its limit.</summary>
    public long LimitMegabytes =>
        OwnMegabytes + ((_project.Server.MaxCacheBytes + (_project.Server.MemoryLimitBytes * _project.Server.MaxPerModuleRequests)) >> 20);

    /// <summary>What guests may call.</summary>
    public IReadOnlyList<string> AllowedHosts => _project.Server.HttpAllowed;

    /// <summary>Variables of the host that guests get, each once, without those that the manifest sets itself.</summary>
    public IReadOnlyList<string> HostVariables =>
        [.. _project.Environment.Where(variable => variable.Source == VariableSource.Host).Select(variable => variable.Text).Distinct().Except(Own)];

    /// <summary>Files outside of the project that guests get the text of: the key in the Secret, and the path.</summary>
    public IReadOnlyList<(string Key, string Path)> SecretFiles =>
        [.. _project.Environment.Where(variable => variable.Source == VariableSource.File && !IsInProject(variable.Text))
            .Select(variable => variable.Text).Distinct().Select(path => (KeyOf(path), path))];

    /// <summary>Where traces go, or null.</summary>
    public Uri? Collector => _project.OtlpEndpoint;

    /// <summary>A number as YAML and command lines take it.</summary>
    public static string Number(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);

    /// <summary>A text in YAML: its strings are JSON's, too.</summary>
    public static string Quoted(string text) => JsonSerializer.Serialize(text);

    private static string NameOf(string project)
    {
        var name = project.ToLowerInvariant().Replace('_', '-').Trim('-');
        name = name.Length == 0 || !char.IsAsciiLetter(name[0]) ? "mik-" + name : name;
        return name[..Math.Min(name.Length, LongestName)].TrimEnd('-');
    }

    // Those are in the image.
    private bool IsInProject(string path) => path.StartsWith(_project.Folder + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    // The whole path, since files of two folders may have one name.
    private static string KeyOf(string path) =>
        string.Concat(path.TrimStart('/').Replace('/', '.').Select(
            character => char.IsAsciiLetterOrDigit(character) || character is '.' or '-' or '_' ? character : '_'));

    private static string LabelOf(string version)
    {
        var label = version.Replace('+', '_');
        return label[..Math.Min(label.Length, LongestName)].TrimEnd('-', '.', '_');
    }
}
