using Mik.Packages.Lock;
using Mik.Packages.Oci;
using Mik.Packages.Remote;
using Mik.Packages.Sources;

namespace Mik.Packages.Install;

/// <summary>The modules folder of a project: what of it is mik's, and what must be written and deleted.</summary>
internal sealed class ModulesFolder
{
    private readonly string _project;
    private readonly string _modules;
    private readonly InstallRecord _record;

    /// <summary>Looks at a folder.</summary>
    /// <param name="project">The project's folder.</param>
    /// <param name="modules">The modules folder.</param>
    /// <param name="record">What mik installed.</param>
    public ModulesFolder(string project, string modules, InstallRecord record) => (_project, _modules, _record) = (project, modules, record);

    /// <summary>Where a dependency is installed.</summary>
    public string PathOf(string name) => Path.Combine(_modules, DependencyFile.Of(name));

    /// <summary>How the record names the file of a dependency.</summary>
    public string RecordName(string name) => Path.GetRelativePath(_project, PathOf(name)).Replace('\\', '/');

    /// <summary>Whether the file of a dependency has to be written.</summary>
    /// <param name="package">What it is to be.</param>
    /// <param name="before">What the lock file had under the name.</param>
    /// <param name="note">Told of a file that someone changed.</param>
    /// <exception cref="PackageException">There is a file that mik did not install.</exception>
    public bool MustWrite(LockedPackage package, LockedPackage? before, Action<string> note)
    {
        var path = PathOf(package.Name);
        if (Directory.Exists(path))
        {
            throw new PackageException($"cannot install {package.Name}", $"{path} is a folder", "move it away") { Code = "file-in-the-way" };
        }

        if (!File.Exists(path))
        {
            return true;
        }

        var digest = Digest.Of(File.ReadAllBytes(path));
        if (digest == package.Digest)
        {
            return false;
        }

        var file = RecordName(package.Name);
        if (_record.Has(file, digest) || before?.Digest == digest)
        {
            return true;
        }

        if (_record.Has(file))
        {
            note($"{path} was changed after mik installed it: it was {digest}, and should have been {before?.Digest ?? package.Digest}; it is put right");
            return true;
        }

        throw new PackageException(
            $"cannot install {package.Name}",
            $"{path} is there already, and mik did not install it",
            $"move it away, or give the dependency another name than {DependencyFile.Leaf(package.Name)}")
        { Code = "file-in-the-way" };
    }

    /// <summary>Files that mik installed and nobody needs now.</summary>
    /// <param name="kept">Record names of those that are needed.</param>
    /// <param name="note">Told of files that stay because someone changed them.</param>
    public IEnumerable<string> Superfluous(IReadOnlySet<string> kept, Action<string> note)
    {
        foreach (var file in _record.Files.Where(file => !kept.Contains(file)))
        {
            var path = Path.GetFullPath(file, _project);
            if (!IsInside(path) || !File.Exists(path))
            {
                continue;
            }

            if (_record.Has(file, Digest.Of(File.ReadAllBytes(path))))
            {
                yield return path;
            }
            else
            {
                note($"{path} belongs to no dependency now, but was changed after mik installed it: it stays");
            }
        }
    }

    /// <summary>The record when these dependencies are installed and others are as they were.</summary>
    public InstallRecord RecordOf(IEnumerable<LockedPackage> packages) =>
        InstallRecord.Of(packages.Select(package => (RecordName(package.Name), package.Digest)));

    private bool IsInside(string path) =>
        Path.GetDirectoryName(path) == Path.GetFullPath(_modules).TrimEnd(Path.DirectorySeparatorChar)
        || path.StartsWith(_project.TrimEnd(Path.DirectorySeparatorChar) + Path.DirectorySeparatorChar, StringComparison.Ordinal);
}
