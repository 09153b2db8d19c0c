namespace Mik.Scripting.Engine;

/// <summary>JavaScript threw something that nobody caught.</summary>
internal sealed class ScriptErrorException(string name, string message, string stack) : Exception(message)
{
    /// <summary>The error's <c>name</c>.</summary>
    public string Name { get; } = name.Length == 0 ? "Error" : name;

    /// <summary>The error's <c>stack</c>, as QuickJS writes it: positions are those of the code that ran.</summary>
    public string ScriptStack { get; } = stack;
}
