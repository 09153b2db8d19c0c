namespace Mik.Testing;

/// <summary>Files below <c>tests/golden</c> that hold what is printed. With <c>MIK_UPDATE_GOLDEN=1</c> they are written anew.</summary>
public static class Golden
{
    /// <summary>What a file holds, after it was written anew when that was asked for.</summary>
    /// <param name="path">Its path below <c>tests/golden</c>.</param>
    /// <param name="actual">What is printed now.</param>
    public static string Read(string path, string actual)
    {
        var file = RepositoryRoot.Combine("tests", "golden", path);
        if (Environment.GetEnvironmentVariable("MIK_UPDATE_GOLDEN") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, actual);
        }

        return File.ReadAllText(file).ReplaceLineEndings("\n");
    }
}
