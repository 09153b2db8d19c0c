using Mik.Configuration.Model;
using Mik.Packages.Remote;

namespace Mik.Packages.Sources;

/// <summary>The file in the modules folder that a dependency is installed as: the last part of its name and <c>.wasm</c>.</summary>
internal static class DependencyFile
{
    private static readonly string[] Devices = ["CON", "PRN", "AUX", "NUL"];

    /// <summary>The last part of a name.</summary>
    public static string Leaf(string name) => name[(name.LastIndexOf('/') + 1)..];

    /// <summary>The file's name.</summary>
    public static string Of(string name) => Leaf(name) + ".wasm";

    /// <summary>Whether a file name is one that mik gives.</summary>
    public static bool IsLegal(string file)
    {
        var stem = file.EndsWith(".wasm", StringComparison.Ordinal) ? file[..^".wasm".Length] : "";
        var device = stem.Split('.')[0].ToUpperInvariant();
        return DependencyName.IsLegal(stem)
            && !stem.Contains('/', StringComparison.Ordinal)
            && !Devices.Contains(device)
            && !(device.Length == 4 && device[..3] is "COM" or "LPT" && char.IsAsciiDigit(device[3]));
    }

    /// <summary>Checks that each dependency has a file of its own.</summary>
    /// <exception cref="PackageFailuresException">Some have not.</exception>
    public static void Check(IEnumerable<string> names)
    {
        var all = names.ToArray();
        var failures = new List<PackageException>();
        failures.AddRange(all.Where(name => !IsLegal(Of(name))).Select(name => new PackageException(
            $"'{name}' cannot be installed",
            $"{Of(name)} cannot be a file's name on every system",
            "give it another name: name = { registry = \"…\", version = \"…\" }")
        { Code = "dependency-name-unusable" }));
        foreach (var group in all.GroupBy(Of, StringComparer.OrdinalIgnoreCase).Where(group => group.Count() > 1))
        {
            failures.Add(new PackageException(
                $"{string.Join(" and ", group)} would be the same file",
                $"each is installed as {group.Key}",
                $"give one of them another name: other-{Leaf(group.Key[..^".wasm".Length])} = {{ registry = \"…\", version = \"…\" }}")
            {
                Code =
                    "dependency-name-unusable"
            });
        }

        if (failures.Count > 0)
        {
            throw new PackageFailuresException(failures);
        }
    }
}
