namespace Mik.Scripting.Engine;

/// <summary>What a heap asks of the outside. All calls come on the heap's thread.</summary>
internal interface IHeapHost
{
    /// <summary>Resolves an import to the name of a module.</summary>
    /// <param name="importer">Name of the importing module.</param>
    /// <param name="specifier">What stands in the import.</param>
    /// <exception cref="ScriptImportException">There is no such module, or it may not be imported.</exception>
    string Resolve(string importer, string specifier);

    /// <summary>The JavaScript source of a module, in UTF-8.</summary>
    /// <exception cref="ScriptImportException">It cannot be read or is not TypeScript.</exception>
    byte[] Load(string module);

    /// <summary>The driver calls the host: the one door from JavaScript to C#.</summary>
    /// <param name="function">Name of the host function.</param>
    /// <param name="arguments">Reads the arguments.</param>
    /// <returns>A number for JavaScript, or null for undefined.</returns>
    double? Call(ReadOnlySpan<byte> function, HostArguments arguments);

    /// <summary>QuickJS itself wrote something.</summary>
    void Output(string text);
}

/// <summary>Arguments of one call from JavaScript; usable during the call only.</summary>
internal readonly ref struct HostArguments(ScriptHeap heap, ReadOnlySpan<int> values)
{
    private readonly ReadOnlySpan<int> _values = values;

    /// <summary>The UTF-8 bytes of a string argument; empty when it was not given.</summary>
    /// <param name="index">Which argument.</param>
    /// <param name="admit">Is told how many there are before they are copied, and throws when they are too many.</param>
    public byte[] Bytes(int index, Action<int>? admit = null) => index < _values.Length ? heap.ReadString(_values[index], admit: admit) : [];

    /// <summary>A string argument.</summary>
    /// <param name="index">Which argument.</param>
    /// <param name="admit">Is told how many bytes it has before they are copied, and throws when they are too many.</param>
    public string Text(int index, Action<int>? admit = null) => System.Text.Encoding.UTF8.GetString(Bytes(index, admit));

    /// <summary>The beginning of a string argument, with an ellipsis when it is longer.</summary>
    public string Beginning(int index, int maximumCharacters)
    {
        var text = index < _values.Length ? System.Text.Encoding.UTF8.GetString(heap.ReadString(_values[index], 4 * maximumCharacters, out _)) : "";
        return text.Length > maximumCharacters ? text[..maximumCharacters] + "…" : text;
    }

    /// <summary>How many UTF-8 bytes a string argument has.</summary>
    public long Length(int index)
    {
        var length = 0L;
        if (index < _values.Length)
        {
            heap.ReadString(_values[index], 0, out length);
        }

        return length;
    }

    /// <summary>The bytes of a Uint8Array; null when the argument is none.</summary>
    /// <param name="index">Which argument.</param>
    /// <param name="admit">Is told how many there are before they are copied, and throws when they are too many.</param>
    public byte[]? Binary(int index, Action<int>? admit = null) => index < _values.Length ? heap.ReadBytes(_values[index], admit) : null;

    /// <summary>A number argument; 0 when it was not given.</summary>
    public double Number(int index) => index < _values.Length ? heap.ReadNumber(_values[index]) : 0;

    /// <summary>Whether an argument was given and is a string.</summary>
    public bool IsText(int index) => index < _values.Length && heap.IsString(_values[index]);
}
