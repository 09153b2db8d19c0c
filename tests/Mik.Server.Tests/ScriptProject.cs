namespace Mik.Server.Tests;

/// <summary>A folder of scripts that a test makes.</summary>
internal sealed class ScriptProject : IDisposable
{
    public ScriptProject(params (string Name, string Source)[] files)
    {
        Folder = Path.Combine(Directory.CreateTempSubdirectory("mik-scripts-").FullName, "scripts");
        Directory.CreateDirectory(Folder);
        foreach (var (name, source) in files)
        {
            Write(name, source);
        }
    }

    public string Folder { get; }

    public void Write(string name, string source)
    {
        var path = Path.GetFullPath(Path.Combine(Folder, name));
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, source);
    }

    /// <summary>Makes a file older than it is.</summary>
    public void Age(string name, int hours) => File.SetLastWriteTimeUtc(Path.Combine(Folder, name), DateTime.UtcNow.AddHours(-hours));

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(Folder)!, recursive: true);
}
