using Mik.Configuration.Model;
using Mik.Packages.Oci;
using Mik.Packages.Remote;

namespace Mik.Packages.Install;

/// <summary><c>composition.bridge</c> as if it were a dependency.</summary>
internal static class BridgeSource
{
    private const string Name = "bridge";

    /// <summary>What it names: a path begins with <c>.</c> or <c>/</c>, ends with <c>.wasm</c> or is there; all else is a reference.</summary>
    /// <exception cref="PackageException">It is neither.</exception>
    public static Dependency Of(MikConfiguration project)
    {
        var full = Path.GetFullPath(project.Bridge, project.Folder);
        if (project.Bridge[0] == '.' || Path.IsPathRooted(project.Bridge) || project.Bridge.EndsWith(".wasm", StringComparison.OrdinalIgnoreCase)
            || File.Exists(full))
        {
            return new Dependency(Name, new PathSource(project.Bridge, full));
        }

        try
        {
            var reference = OciReference.Parse(project.Bridge);
            return new Dependency(Name, new RegistrySource(reference.Name, reference.Selector));
        }
        catch (FormatException exception)
        {
            throw new PackageException(
                "the bridge cannot be fetched", $"composition.bridge: {exception.Message}", "bridge = \"ghcr.io/user/repo:v1\", or a path",
                exception)
            { Code = "reference-invalid" };
        }
    }
}
