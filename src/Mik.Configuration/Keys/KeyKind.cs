namespace Mik.Configuration.Keys;

/// <summary>What a key of mik.toml holds.</summary>
internal enum KeyKind
{
    /// <summary>A string.</summary>
    Text,
    /// <summary>A string that names a file or a folder, relative to the folder of mik.toml.</summary>
    Path,
    /// <summary>An integer.</summary>
    Integer,
    /// <summary>An integer or a float.</summary>
    Number,
    /// <summary><c>true</c> or <c>false</c>.</summary>
    Boolean,
    /// <summary>An array of strings.</summary>
    TextArray,
}
