namespace Mik.Cli.Output.Logging;

/// <summary><c>.mik/logs/</c> of a project.</summary>
internal static class LogFolder
{
    private const string FileName = "mik.log";

    /// <summary>The log file of a project.</summary>
    public static string FileOf(string projectFolder) => Path.Combine(projectFolder, ".mik", "logs", FileName);

    /// <summary>Makes the folder, which version control shall leave alone. Null when that is impossible.</summary>
    /// <param name="projectFolder">Where <c>mik.toml</c> is.</param>
    /// <param name="why">Why not.</param>
    public static string? Prepare(string projectFolder, out string? why)
    {
        why = null;
        var file = FileOf(projectFolder);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            var ignore = Path.Combine(projectFolder, ".mik", ".gitignore");
            if (!File.Exists(ignore))
            {
                File.WriteAllText(ignore, "*\n");
            }

            return file;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            why = exception.Message;
            return null;
        }
    }
}
