using System.Security.Cryptography;
using System.Text;

namespace Mik.Cli.Deploying;

/// <summary>
/// Keys of Secrets for files, made of their paths. Different paths may give the same key, since keys have fewer characters; then each gets the hash of its path
/// as well, so that which one has which key does not depend on their order.
/// </summary>
internal static class SecretKeys
{
    private const int Longest = 253;
    private const int HashDigits = 12;

    /// <summary>Keys and paths.</summary>
    /// <param name="paths">Absolute paths, each once.</param>
    public static IReadOnlyList<(string Key, string Path)> Of(IEnumerable<string> paths)
    {
        var folded = paths.Select(path => (Key: Folded(path), Path: path)).ToArray();
        var shared = folded.CountBy(file => file.Key).Where(key => key.Value > 1).Select(key => key.Key).ToHashSet(StringComparer.Ordinal);
        return [.. folded.Select(file => IsKey(file.Key) && !shared.Contains(file.Key) ? file : (WithHash(file.Key, file.Path), file.Path))];
    }

    // The whole path, since files of two folders may have one name.
    private static string Folded(string path) =>
        string.Concat(path.TrimStart('/').Replace('/', '.').Select(
            character => char.IsAsciiLetterOrDigit(character) || character is '.' or '-' or '_' ? character : '_'));

    private static bool IsKey(string text) => text.Length is > 0 and <= Longest && text != "." && !text.StartsWith("..", StringComparison.Ordinal);

    private static string WithHash(string key, string path)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(path)))[..HashDigits];
        var start = key.TrimStart('.');
        return $"{start[..Math.Min(start.Length, Longest - HashDigits - 1)]}-{hash}";
    }
}
