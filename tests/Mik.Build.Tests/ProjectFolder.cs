using Mik.Configuration.Model;
using Mik.Configuration.Reading;

namespace Mik.Build.Tests;

/// <summary>A project in a folder of its own, which goes with it.</summary>
internal sealed class ProjectFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("mik-build-").FullName;

    public string Combine(string file) => System.IO.Path.Combine(Path, file);

    public MikConfiguration Read(string toml)
    {
        File.WriteAllText(Combine("mik.toml"), toml);
        var result = MikConfiguration.Load(Combine("mik.toml"));
        Assert.Empty(result.Problems);
        return result.Configuration!;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
