using System.Globalization;
using System.Text;
using Mik.Scripting.Engine;

namespace Mik.Scripting.Sources;

/// <summary>Reads files of scripts, of which none may be larger than a person or a bundler writes.</summary>
internal static class SourceFile
{
    /// <summary>Bytes of one file.</summary>
    public const int MaxBytes = 2 << 20;

    /// <summary>Bytes of all files that one script imports, directly or not, and of its own.</summary>
    public const int MaxProgramBytes = 8 << 20;

    /// <summary>What a file contains, without a mark of its order of bytes.</summary>
    /// <param name="module">Name of its module.</param>
    /// <param name="path">Where it is.</param>
    /// <param name="room">Bytes that it may have of those of its program.</param>
    /// <exception cref="ScriptImportException">It cannot be read, or is too large.</exception>
    public static byte[] Read(string module, string path, long room)
    {
        try
        {
            // What has no bytes may be a pipe, of which opening has no end.
            if (new FileInfo(path).Length == 0)
            {
                return [];
            }

            using var file = File.OpenHandle(path);
            var length = RandomAccess.GetLength(file);
            if (length > MaxBytes || length > room)
            {
                throw TooLarge(module, length);
            }

            var bytes = new byte[length];
            var read = 0;
            while (read < bytes.Length && RandomAccess.Read(file, bytes.AsSpan(read), read) is var more and > 0)
            {
                read += more;
            }

            var content = bytes.AsSpan(0, read);
            return content.StartsWith(Encoding.UTF8.Preamble) ? [.. content[Encoding.UTF8.Preamble.Length..]] : read == bytes.Length ? bytes : [.. content];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ScriptImportException($"{module} cannot be read: {exception.Message}");
        }
    }

    /// <summary>The text of a file that is not too large; null when it is, or cannot be read.</summary>
    public static string? TryReadText(string path, long maximumBytes = MaxBytes)
    {
        try
        {
            return Encoding.UTF8.GetString(Read(path, path, maximumBytes));
        }
        catch (ScriptImportException)
        {
            return null;
        }
    }

    private static ScriptImportException TooLarge(string module, long length) => new(
        length > MaxBytes
            ? $"{module} cannot be loaded: it has {Megabytes(length)}, and a file of a script may have {MaxBytes >> 20} MB; "
                + "leave comments and source maps out of it, minify it, or move data out of it to a module that the script calls"
            : $"{module} cannot be loaded: with it, the files of the script have more than {MaxProgramBytes >> 20} MB together; "
                + "import less, or minify what it imports",
        line: 1,
        column: 1);

    private static string Megabytes(long length) => string.Create(CultureInfo.InvariantCulture, $"{length / (double)(1 << 20):0.0} MB");
}
