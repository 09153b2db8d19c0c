using System.Text.Json;
using System.Text.RegularExpressions;

namespace Mik.Testing;

/// <summary>Names in documents that programs read: one letter case in all of them.</summary>
public static partial class JsonNames
{
    /// <summary>Throws when a name is not in snake case.</summary>
    public static void AssertSnakeCase(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var property in element.EnumerateObject())
                {
                    if (!SnakeCase().IsMatch(property.Name))
                    {
                        throw new InvalidOperationException($"\"{property.Name}\" is not in snake case");
                    }

                    AssertSnakeCase(property.Value);
                }

                break;
            case JsonValueKind.Array:
                foreach (var item in element.EnumerateArray())
                {
                    AssertSnakeCase(item);
                }

                break;
        }
    }

    [GeneratedRegex("^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$", RegexOptions.None, 1000)]
    private static partial Regex SnakeCase();
}
