namespace Mik.Configuration.Model;

/// <summary>A row of <c>[env]</c>.</summary>
/// <param name="Name">What guests call it.</param>
/// <param name="Source">Where its value is.</param>
/// <param name="Text">The value, the name of the host's variable, or the file's path.</param>
public sealed record EnvironmentVariable(string Name, VariableSource Source, string Text);
