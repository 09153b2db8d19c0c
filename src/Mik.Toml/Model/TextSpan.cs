namespace Mik.Toml.Model;

/// <summary>A range of a document's text, in UTF-16 units.</summary>
/// <param name="Start">Where it begins.</param>
/// <param name="End">Behind its last unit.</param>
public readonly record struct TextSpan(int Start, int End);

/// <summary>A place in a document as people count: both from 1, columns in characters (Unicode scalars).</summary>
/// <param name="Line">The line.</param>
/// <param name="Column">The column.</param>
public readonly record struct TextPosition(int Line, int Column);
