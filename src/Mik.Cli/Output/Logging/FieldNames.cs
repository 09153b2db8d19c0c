using System.Collections.Concurrent;
using System.Text.Json;

namespace Mik.Cli.Output.Logging;

/// <summary>Names of the values of one kind of event as JSON has them: in snake case, and none of those that each line has. Used by any thread.</summary>
internal sealed class FieldNames
{
    private const int Most = 16;

    private static readonly string[] Taken = ["time", "level", "logger", "message", "exception"];

    // Only names in the source's own messages.
    private static readonly ConcurrentDictionary<string, FieldName> All = new(StringComparer.Ordinal);

    private readonly FieldName?[] _byPlace = new FieldName?[Most];

    /// <summary>The name of the value at a place; the events of one kind have the same name there.</summary>
    public JsonEncodedText Of(int place, string name)
    {
        if (place >= Most)
        {
            return Find(name).Encoded;
        }

        if (_byPlace[place] is { } known && ReferenceEquals(known.Name, name))
        {
            return known.Encoded;
        }

        var found = Find(name);
        _byPlace[place] = found;
        return found.Encoded;
    }

    private static FieldName Find(string name) => All.GetOrAdd(name, static name =>
    {
        var field = JsonNamingPolicy.SnakeCaseLower.ConvertName(name);
        return new FieldName(name, JsonEncodedText.Encode(Taken.Contains(field, StringComparer.Ordinal) ? field + "_" : field));
    });

    private sealed record FieldName(string Name, JsonEncodedText Encoded);
}
