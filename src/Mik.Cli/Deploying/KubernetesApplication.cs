using System.Globalization;
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

    private readonly MikConfiguration _project;

    /// <summary>Makes it.</summary>
    /// <param name="project">The project.</param>
    /// <param name="image">The container image with mik and the project.</param>
    /// <param name="replicas">The fewest pods.</param>
    /// <param name="maxReplicas">The most pods.</param>
    /// <exception cref="Output.CliException">mik in the image would refuse the project.</exception>
    public KubernetesApplication(MikConfiguration project, string image, int replicas, int maxReplicas)
    {
        _project = project;
        Image = image;
        Name = NameOf(project.Name);
        Version = LabelOf(project.Version);
        Replicas = replicas;
        MaxReplicas = maxReplicas;
        var seen = new ImageProject(project);
        Secrets = new KubernetesSecrets(Name, project, seen);
        OutsideFolders = seen.OutsideFolders;
    }

    /// <summary>The name of every object: the project's, as a DNS label.</summary>
    public string Name { get; }

    /// <summary>The project's version as the value of a label.</summary>
    public string Version { get; }

    /// <summary>The image.</summary>
    public string Image { get; }

    /// <summary>The fewest pods.</summary>
    public int Replicas { get; }

    /// <summary>The most pods.</summary>
    public int MaxReplicas { get; }

    /// <summary>The port of the server.</summary>
    public int Port => _project.Server.Port is > 0 and var port ? port : ServerSection.DefaultPort;

    /// <summary>What pods take from Secrets.</summary>
    public KubernetesSecrets Secrets { get; }

    /// <summary>Folders that the image must have outside of the project's: the key, and the path.</summary>
    public IReadOnlyList<(string Key, string Path)> OutsideFolders { get; }

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

    /// <summary>Where traces go, or null.</summary>
    public Uri? Collector => _project.OtlpEndpoint;

    /// <summary>A number as command lines take it.</summary>
    public static string Number(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);

    private static string NameOf(string project)
    {
        var name = project.ToLowerInvariant().Replace('_', '-').Trim('-');
        name = name.Length == 0 || !char.IsAsciiLetter(name[0]) ? "mik-" + name : name;
        return name[..Math.Min(name.Length, LongestName)].TrimEnd('-');
    }

    private static string LabelOf(string version)
    {
        var label = version.Replace('+', '_');
        return label[..Math.Min(label.Length, LongestName)].TrimEnd('-', '.', '_');
    }
}
