namespace Mik.Components.Runtime;

/// <summary>What a C# value of a WIT <c>result</c> holds, whatever its types are.</summary>
internal interface IResultValue
{
    /// <summary>The value or the error.</summary>
    object? Held { get; }
}
