using Mik.Configuration.Model;

namespace Mik.Cli.Deploying;

/// <summary>What pods take from Secrets, which users make themselves: manifests name them, and have nothing of what is in them.</summary>
internal sealed class KubernetesSecrets
{
    /// <summary>The key of the certificate's password.</summary>
    public const string PasswordKey = "password";

    // What the manifest sets itself.
    private static readonly string[] Own = ["HOST", "PORT", "MIK_HOME", "DOTNET_GCHeapHardLimitPercent"];

    /// <summary>Finds what a project takes.</summary>
    /// <param name="name">The name of the application's objects.</param>
    /// <param name="project">The project.</param>
    /// <param name="image">The same as mik in the image sees it.</param>
    public KubernetesSecrets(string name, MikConfiguration project, ImageProject image)
    {
        (EnvironmentName, TlsName) = ($"{name}-env", $"{name}-tls");
        HasCertificate = image.TlsCertificate is not null;
        Variables =
        [
            .. project.Environment.Where(variable => variable.Source == VariableSource.Host).Select(variable => variable.Text).Distinct()
                .Except([.. Own, .. HasCertificate ? ["MIK_TLS_PASSWORD"] : Array.Empty<string>()]),
        ];
        var tls = Certificate(image);
        SecretVolume[] volumes =
        [
            new("files", $"{name}-files", SecretKeys.Of(image.OutsideFiles.Except(tls.Select(file => file.Path)))),
            new("tls", TlsName, tls),
        ];
        Volumes = [.. volumes.Where(volume => volume.Files.Count > 0)];
    }

    /// <summary>The Secret of variables.</summary>
    public string EnvironmentName { get; }

    /// <summary>The Secret of the certificate.</summary>
    public string TlsName { get; }

    /// <summary>Whether the server has a certificate.</summary>
    public bool HasCertificate { get; }

    /// <summary>Variables of the host that guests get, each once; their keys are their names.</summary>
    public IReadOnlyList<string> Variables { get; }

    /// <summary>Files that are mounted.</summary>
    public IReadOnlyList<SecretVolume> Volumes { get; }

    /// <summary>What must be there before pods start, a line for each key.</summary>
    public IReadOnlyList<string> Lines =>
    [
        .. Variables.Select(name => $"{EnvironmentName}: {name}"),
        .. Volumes.SelectMany(volume => volume.Files.Select(file => $"{volume.Secret}: {file.Key}, mounted at {file.Path}")),
        .. HasCertificate ? [$"{TlsName}: {PasswordKey}, if the key has one"] : Array.Empty<string>(),
    ];

    // The keys that a Secret of the type kubernetes.io/tls has. A private key is in no image, wherever the project has it.
    private static (string Key, string Path)[] Certificate(ImageProject image)
    {
        if (image.TlsCertificate is not { } certificate)
        {
            return [];
        }

        var key = Path.GetExtension(certificate).ToUpperInvariant() is ".PFX" or ".P12" ? "tls.pfx" : "tls.crt";
        return image.TlsKey is { } other && other != certificate ? [(key, certificate), ("tls.key", other)] : [(key, certificate)];
    }
}

/// <summary>A Secret whose keys are files in pods.</summary>
/// <param name="Name">What the manifest calls the volume.</param>
/// <param name="Secret">The Secret.</param>
/// <param name="Files">Its keys, and where each is mounted.</param>
internal sealed record SecretVolume(string Name, string Secret, IReadOnlyList<(string Key, string Path)> Files);
