using System.CommandLine;
using Mik.Cli.Output;
using Mik.Configuration.Model;
using Mik.Packages.Oci;
using Mik.Packages.PackageNames;
using Mik.Packages.Remote;

namespace Mik.Cli.Packages;

/// <summary>The words and flags of <c>mik add</c> → dependencies.</summary>
internal sealed class AddRequest
{
    private readonly Argument<string[]> _packages = new("PACKAGE")
    {
        Arity = ArgumentArity.ZeroOrMore,
        Description = "user/repo[:version] of ghcr.io, host/user/repo[:version], namespace:name[@version] of a registry that wkg knows, or the name of "
            + "a --git, --path or --registry dependency"
    };
    private readonly Option<string?> _git = new("--git") { Description = "A git repository", HelpName = "URL" };
    private readonly Option<string?> _tag = new("--tag") { Description = "Tag of the repository" };
    private readonly Option<string?> _branch = new("--branch") { Description = "Branch of the repository" };
    private readonly Option<string?> _rev = new("--rev") { Description = "Commit of the repository" };
    private readonly Option<string?> _path = new("--path") { Description = "A component's file, or a project's folder", HelpName = "PATH" };
    private readonly Option<string?> _registry =
        new("--registry") { Description = "Repository with its registry, for a dependency with a name of its own", HelpName = "HOST/USER/REPO" };
    private readonly Option<string?> _version = new("--version") { Description = "Version in --registry [default: latest]" };
    private readonly Option<string?> _name = new("--name") { Description = "Name of the dependency, and of its file in modules/" };

    /// <summary>Adds them to the verb.</summary>
    public AddRequest(Command command)
    {
        command.Arguments.Add(_packages);
        foreach (var option in new Option[] { _git, _tag, _branch, _rev, _path, _registry, _version, _name })
        {
            command.Options.Add(option);
        }

        command.Validators.Add(result =>
        {
            var kinds = new Option[] { _git, _path, _registry }.Where(option => result.GetResult(option) is not null).ToArray();
            var revisions = new Option[] { _tag, _branch, _rev }.Where(option => result.GetResult(option) is not null).ToArray();
            var packages = result.GetValue(_packages)?.Length ?? 0;
            var fault = kinds.Length > 1 ? $"{kinds[0].Name} and {kinds[1].Name} exclude each other"
                : revisions.Length > 1 ? $"{revisions[0].Name} and {revisions[1].Name} exclude each other"
                : revisions.Length > 0 && result.GetResult(_git) is null
                ? $"{revisions[0].Name} belongs to --git; a version of a registry is written user/repo:version"
                : result.GetResult(_version) is not null && result.GetResult(_registry) is null
                ? "--version belongs to --registry; else it is written user/repo:version"
                : packages == 0 && kinds.Length == 0 ? "name what to add: user/repo, user/repo:1.0.0, NAME --git URL, NAME --path PATH"
                : packages > 1 && (kinds.Length > 0 || result.GetResult(_name) is not null)
                ? "with --git, --path, --registry and --name only one dependency can be added at a time"
                : null;
            if (fault is not null)
            {
                result.AddError(fault);
            }
        });
    }

    /// <summary>The dependencies; names of packages are looked up with <paramref name="names"/>.</summary>
    /// <exception cref="CliException">A word is none.</exception>
    /// <exception cref="PackageException">A package's name stands for nothing.</exception>
    public async Task<IReadOnlyList<Dependency>> ReadAsync(ParseResult parsed, string folder, PackageNameResolver names, CancellationToken cancellationToken)
    {
        var named = new List<Dependency>();
        foreach (var text in Words(parsed))
        {
            if (PackageName.TryParse(text, out var package))
            {
                named.Add(Named(parsed.GetValue(_name) ?? package.Name, Source(await names.ResolveAsync(package, cancellationToken))));
            }
        }

        return [.. named, .. Read(parsed, folder)];
    }

    /// <summary>The words that say by themselves what is meant; those of a --git, --path or --registry are only names.</summary>
    private string[] Words(ParseResult parsed) =>
        parsed.GetValue(_git) is null && parsed.GetValue(_path) is null && parsed.GetValue(_registry) is null ? parsed.GetValue(_packages) ?? [] : [];

    private IReadOnlyList<Dependency> Read(ParseResult parsed, string folder)
    {
        var packages = parsed.GetValue(_packages) ?? [];
        var name = parsed.GetValue(_name) ?? packages.FirstOrDefault();
        try
        {
            return parsed.GetValue(_git) is { } git ? [Named(name ?? LeafOf(git), OfGit(parsed, git))]
                : parsed.GetValue(_path) is { } path ? [Named(name ?? LeafOf(path), OfPath(path, folder))]
                : parsed.GetValue(_registry) is { } registry
                ? [Named(name ?? OciReference.Parse(registry).Leaf, OfRegistry(registry, parsed.GetValue(_version)))]
                : [.. packages.Where(package => !PackageName.TryParse(package, out _)).Select(package => OfReference(package, parsed.GetValue(_name)))];
        }
        catch (FormatException exception)
        {
            throw Usage(exception.Message);
        }
    }

    private static Dependency OfReference(string text, string? name)
    {
        if (!text.Contains('/', StringComparison.Ordinal))
        {
            throw Usage($"'{text}' names no package: write user/{text}, or {text} with --git, --path or --registry");
        }

        var reference = OciReference.Parse(text);
        var isShort = name is null && reference.Registry == OciReference.DefaultRegistry && reference.Repository.Contains('/', StringComparison.Ordinal);
        return Named(name ?? (isShort ? reference.Repository : reference.Leaf), Source(reference));
    }

    private static RegistrySource Source(OciReference reference) =>
        new(reference.Name, reference.Digest?.ToString() ?? reference.Tag ?? OciReference.DefaultTag);

    private static RegistrySource OfRegistry(string registry, string? version)
    {
        var reference = OciReference.Parse(registry);
        return version is null ? Source(reference) : new RegistrySource(OciReference.Of(registry, version).Name, version);
    }

    private GitSource OfGit(ParseResult parsed, string url) =>
        parsed.GetValue(_tag) is { } tag ? new GitSource(url, GitRevisionKind.Tag, tag)
        : parsed.GetValue(_branch) is { } branch ? new GitSource(url, GitRevisionKind.Branch, branch)
        : parsed.GetValue(_rev) is { } rev ? new GitSource(url, GitRevisionKind.Commit, rev)
        : new GitSource(url);

    /// <summary>A path, which is relative to where the command is called, as mik.toml has it: relative to its folder.</summary>
    private static PathSource OfPath(string path, string folder)
    {
        var full = Path.GetFullPath(path);
        var isHere = Path.GetFullPath(folder) == Path.GetFullPath(Environment.CurrentDirectory);
        var written = Path.IsPathRooted(path) || isHere ? path : Path.GetRelativePath(folder, full);
        return new PathSource(OperatingSystem.IsWindows() ? written.Replace('\\', '/') : written, full);
    }

    private static Dependency Named(string name, DependencySource source) => DependencyName.IsLegal(name)
        ? new Dependency(name, source)
        : throw Usage($"'{name}' cannot be the name of a dependency: {DependencyName.Rule}");

    private static string LeafOf(string location)
    {
        var leaf = location.TrimEnd('/', '\\').Split('/', '\\', ':')[^1];
        return leaf.EndsWith(".git", StringComparison.Ordinal) || leaf.EndsWith(".wasm", StringComparison.Ordinal)
            ? Path.GetFileNameWithoutExtension(leaf) : leaf;
    }

    private static CliException Usage(string what) => new(ExitCode.Usage, new CliError(what, Next: "mik add --help") { Code = "invalid-option" });
}
