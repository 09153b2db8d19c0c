namespace Mik.Toml.Model;

/// <summary>Something in a document that TOML 1.0 does not allow.</summary>
/// <param name="Position">Where it is.</param>
/// <param name="Message">What is wrong and what is expected.</param>
/// <param name="Offset">Where it is, in UTF-16 units.</param>
public sealed record TomlError(TextPosition Position, string Message, int Offset);
