using System.Buffers;
using System.Text;

namespace Mik.Components.Decoding;

/// <summary>What a file that is not WebAssembly seems to be, for messages.</summary>
internal static class FileKinds
{
    /// <summary>How many bytes are looked at.</summary>
    public const int Looked = 512;

    private static readonly (byte[] Start, string Kind)[] Starts =
    [
        ("\u007fELF"u8.ToArray(), "a program for Linux"),
        ("MZ"u8.ToArray(), "a program for Windows, or a .NET assembly"),
        ([0xCF, 0xFA, 0xED, 0xFE], "a program for macOS"),
        ("PK\u0003\u0004"u8.ToArray(), "a zip archive"),
        ([0x1F, 0x8B], "a file packed by gzip"),
        ([0x28, 0xB5, 0x2F, 0xFD], "a file packed by zstd"),
        ("!<arch>"u8.ToArray(), "a library of object files (.a)"),
        ([0x89, 0x50, 0x4E, 0x47], "a picture (PNG)"),
        ("version https://git-lfs"u8.ToArray(), "a pointer of Git LFS: git lfs pull brings the file"),
        ("#!"u8.ToArray(), "a script of the command line"),
    ];

    private static readonly SearchValues<byte> NoText = SearchValues.Create(
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 28, 29, 30, 31]);

    /// <summary>Looks at its first bytes.</summary>
    public static string Of(ReadOnlySpan<byte> file)
    {
        if (file.IsEmpty)
        {
            return "the file is empty";
        }
        foreach (var (start, kind) in Starts)
        {
            if (file.StartsWith(start))
            {
                return $"it is {kind}";
            }
        }
        var head = file[..Math.Min(file.Length, Looked)];
        return head.ContainsAny(NoText) ? "it is of no kind that mik knows" : $"it is {KindOfText(Encoding.UTF8.GetString(head))}";
    }

    private static string KindOfText(string text)
    {
        var start = text.AsSpan().TrimStart();
        return start switch
        {
            _ when start.StartsWith("(component") || start.StartsWith("(module") => "WebAssembly as text (WAT), which must be made binary: wasm-tools parse",
            _ when start.StartsWith("<!doctype", StringComparison.OrdinalIgnoreCase)
                || start.StartsWith("<html", StringComparison.OrdinalIgnoreCase) => "a web page: what was downloaded is not the file",
            _ when start.StartsWith("package ") && text.Contains(';', StringComparison.Ordinal) => "WIT, or another source",
            _ when start.StartsWith("{") || start.StartsWith("[") => "JSON or another text",
            _ when text.Contains("export ", StringComparison.Ordinal) || text.Contains("import ", StringComparison.Ordinal)
                || text.Contains("function", StringComparison.Ordinal)
                || text.Contains("const ", StringComparison.Ordinal) =>
                    "JavaScript or another source: mik build makes a component of a project, and scripts/ has what runs without a build",
            _ => "a text",
        };
    }
}
