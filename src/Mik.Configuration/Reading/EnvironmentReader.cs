using Mik.Configuration.Keys;
using Mik.Configuration.Model;
using Mik.Toml.Model;

namespace Mik.Configuration.Reading;

/// <summary><c>[env]</c> → variables. A table says where a value is, so that it need not stand in the file.</summary>
internal sealed class EnvironmentReader(ProblemList problems, string folder)
{
    private const string Expectation = "a string in quotes without NUL, { from = \"VARIABLE\" } or { file = \"path\" }";

    /// <summary>Reads all rows.</summary>
    public IReadOnlyList<EnvironmentVariable> Read(TomlTable table)
    {
        var variables = new List<EnvironmentVariable>();
        foreach (var entry in table.Entries)
        {
            if (entry.Key.Length == 0 || entry.Key.AsSpan().ContainsAny('=', '\0'))
            {
                problems.Error("config-value", entry.KeySpan, "the name of a variable must not be empty and must have no '=' and no NUL");
            }
            else if (Variable(entry) is { } variable)
            {
                variables.Add(variable);
            }
            else
            {
                problems.Error("config-value", entry.Value.Span, $"env.{entry.Key} must be {Expectation}, not {problems.Excerpt(entry.Value)}");
            }
        }

        return variables;
    }

    private EnvironmentVariable? Variable(TomlEntry entry) => entry.Value switch
    {
        TomlScalar { Value: string text } when !text.Contains('\0', StringComparison.Ordinal) => new(entry.Key, VariableSource.Text, text),
        TomlTable { Entries: [{ Key: "from", Value: TomlScalar { Value: string name } }] } when TextRules.HostVariable.IsMet(name) =>
            new(entry.Key, VariableSource.Host, name),
        TomlTable { Entries: [{ Key: "file", Value: TomlScalar { Value: string { Length: > 0 } path } }] }
            when !path.Contains('\0', StringComparison.Ordinal) =>
            new(entry.Key, VariableSource.File, Path.GetFullPath(path, folder)),
        _ => null,
    };
}
