using Mik.Cli.Output;
using Mik.Cli.Projects;
using Mik.Configuration.Keys;
using Mik.Configuration.Model;
using Mik.Configuration.Reading;

namespace Mik.Cli.Deploying;

/// <summary>
/// The project as mik in the image sees it. Its folder is another one there, so that its mik.toml is read as if it stood in that: a relative path that leaves
/// the project leads elsewhere than on the machine at hand.
/// </summary>
internal sealed class ImageProject
{
    /// <summary>Where the image has the project.</summary>
    public const string Folder = "/app";

    private readonly MikConfiguration _seen;

    /// <summary>Reads the project anew.</summary>
    /// <exception cref="CliException">mik in the image would refuse it.</exception>
    public ImageProject(MikConfiguration project)
    {
        var result = MikConfiguration.Parse($"{Folder}/{MikConfiguration.FileName}", project.Document.Text);
        _seen = result.Configuration ?? throw new CliException(
            ExitCode.Failed,
            [
                .. result.Problems.Where(problem => problem.IsError).Select(
                    problem => ProjectFile.ToError(problem) with { Why = $"in the image the project's folder is {Folder}" }),
            ]);
    }

    /// <summary>The file of the certificate, or null.</summary>
    public string? TlsCertificate => PathOf(_seen.Server.TlsCertificate);

    /// <summary>The file of its key, or null.</summary>
    public string? TlsKey => PathOf(_seen.Server.TlsKey);

    /// <summary>Files that guests get the text of and that the project does not hold, each once.</summary>
    public IReadOnlyList<string> OutsideFiles =>
    [
        .. _seen.Environment.Where(variable => variable.Source == VariableSource.File).Select(variable => PathOf(variable.Text)!)
            .Where(IsOutside).Distinct(StringComparer.Ordinal),
    ];

    /// <summary>Folders that are served and that the project does not hold: the key, and the path.</summary>
    public IReadOnlyList<(string Key, string Path)> OutsideFolders =>
    [
        .. Folders.Where(folder => folder.Path is not null).Select(folder => (folder.Key.FullName, Path: PathOf(folder.Path)!.TrimEnd('/')))
            .Where(folder => IsOutside(folder.Path)),
    ];

    private (ConfigurationKey Key, string? Path)[] Folders =>
    [
        (KeyTable.Modules, _seen.Server.Modules), (KeyTable.UserModules, _seen.Server.UserModules),
        (KeyTable.Scripts, _seen.Server.Scripts), (KeyTable.Static, _seen.Server.Static),
    ];

    private static bool IsOutside(string path) => path != Folder && !path.StartsWith(Folder + "/", StringComparison.Ordinal);

    // Windows puts a drive before it, and has other separators.
    private static string? PathOf(string? path) =>
        path is null ? null : "/" + path[Path.GetPathRoot(path)!.Length..].Replace(Path.DirectorySeparatorChar, '/');
}
