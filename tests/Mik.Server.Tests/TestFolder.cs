using Mik.Server.Modules;
using Mik.Server.Options;

namespace Mik.Server.Tests;

/// <summary>A folder that is deleted in the end. A "module" in it is a text: its guest answers with it, unless it begins with "bad".</summary>
internal sealed class TestFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mik-test-");
    private int _writes;

    public string Path => _folder.FullName;

    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>Writes a file as good tools do: elsewhere, then moved. Its time is always another one, and some time ago.</summary>
    public void Write(string name, string content)
    {
        var path = this[name];
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        var temporary = path + ".new";
        File.WriteAllText(temporary, content);
        File.SetLastWriteTimeUtc(temporary, DateTime.UtcNow.AddMinutes(-10).AddSeconds(++_writes));
        File.Move(temporary, path, overwrite: true);
    }

    public void Delete(string name) => File.Delete(this[name]);

    /// <summary>Loads a "module".</summary>
    public static ModuleModel Load(ModuleConfig module)
    {
        string text;
        try
        {
            text = File.ReadAllText(module.Path);
        }
        catch (FileNotFoundException exception)
        {
            throw new ModuleLoadException(module, "there is no such file", inner: exception);
        }

        return text.StartsWith("bad", StringComparison.Ordinal)
            ? throw new ModuleLoadException(module, "it is bad")
            : new ModuleModel((exchange, _, _) => Guests.Respond(exchange, text), text.Length, TimeSpan.Zero);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
