using Mik.Toml.Model;

namespace Mik.Configuration.Model;

/// <summary>Something in mik.toml that is wrong, or that mik does not know.</summary>
/// <param name="Code">Its code, which <c>mik explain</c> has a page about.</param>
/// <param name="IsError">Whether the file cannot be used; else it is a warning.</param>
/// <param name="File">Path of the file.</param>
/// <param name="Position">Where it is.</param>
/// <param name="Length">How many characters of the line it is about, at least one.</param>
/// <param name="LineText">The line; empty when the problem is about what is not there.</param>
/// <param name="Message">What is wrong and what is expected.</param>
public sealed record ConfigurationProblem(string Code, bool IsError, string File, TextPosition Position, int Length, string LineText, string Message);
