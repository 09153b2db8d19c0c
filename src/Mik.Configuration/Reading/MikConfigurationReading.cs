using Mik.Configuration.Model;
using Mik.Toml;

namespace Mik.Configuration.Reading;

/// <summary>How a <see cref="MikConfiguration"/> comes of a file, as methods of it.</summary>
public static class MikConfigurationReading
{
    extension(MikConfiguration configuration)
    {
        /// <summary>Reads a file. What is wrong with it is in the result, all of it.</summary>
        /// <param name="path">The file.</param>
        /// <param name="hostRule">What is wrong with an entry of <c>http_allowed</c>, or null when it is right.</param>
        /// <exception cref="IOException">The file cannot be read.</exception>
        /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
        public static ConfigurationResult Load(string path, Func<string, string?>? hostRule = null)
        {
            var file = Path.GetFullPath(path);
            return new ConfigurationReader(file, TomlDocument.Parse(File.ReadAllBytes(file)), hostRule).Read();
        }

        /// <summary>Reads a text as if it stood in a file.</summary>
        /// <param name="path">The file.</param>
        /// <param name="text">The text.</param>
        /// <param name="hostRule">What is wrong with an entry of <c>http_allowed</c>, or null when it is right.</param>
        public static ConfigurationResult Parse(string path, string text, Func<string, string?>? hostRule = null) =>
            new ConfigurationReader(Path.GetFullPath(path), TomlDocument.Parse(text), hostRule).Read();

        /// <summary>The folders that it names and that are not there, as errors: for commands that serve them.</summary>
        public IReadOnlyList<ConfigurationProblem> MissingFolders() => FolderCheck.Find(configuration.File, configuration.Document);
    }
}
