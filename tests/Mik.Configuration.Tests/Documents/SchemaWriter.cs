using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mik.Configuration.Keys;

namespace Mik.Configuration.Tests.Documents;

/// <summary>Key table → JSON Schema (draft 7, which editors of TOML understand).</summary>
internal static class SchemaWriter
{
    private static readonly JsonSerializerOptions Readable =
        new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write()
    {
        var sections = new JsonObject();
        foreach (var (name, description) in KeyTable.Sections)
        {
            var section = name switch
            {
                KeyTable.Dependencies => Dependencies(),
                KeyTable.ModuleTables => Modules(),
                KeyTable.Environment => Environment(),
                _ => Keys(name),
            };
            section.Insert(0, "type", "object");
            section.Insert(1, "description", description);
            sections[name] = section;
        }

        return new JsonObject
        {
            ["$schema"] = "http://json-schema.org/draft-07/schema#",
            ["title"] = "mik.toml",
            ["description"] = "Configuration of a mik project.",
            ["type"] = "object",
            ["properties"] = sections,
            ["additionalProperties"] = false,
        }.ToJsonString(Readable) + "\n";
    }

    private static JsonObject Modules()
    {
        var module = Keys(KeyTable.ModuleTables);
        module.Insert(0, "type", "object");
        return new JsonObject { ["additionalProperties"] = module };
    }

    private static JsonObject Environment() => new()
    {
        ["additionalProperties"] = new JsonObject
        {
            ["anyOf"] = new JsonArray(
                Text(), Form("The value of a variable of the host.", ["from"]), Form("What a file says, without a newline at its end.", ["file"])),
        },
    };

    private static JsonObject Keys(string section)
    {
        var properties = new JsonObject();
        foreach (var key in KeyTable.In(section))
        {
            properties[key.Name] = Key(key);
        }

        var schema = new JsonObject { ["properties"] = properties, ["additionalProperties"] = false };
        if (KeyTable.In(section).Where(key => key.IsRequired).Select(key => (JsonNode)key.Name).ToArray() is { Length: > 0 } required)
        {
            schema["required"] = new JsonArray(required);
        }

        return schema;
    }

    private static JsonObject Key(ConfigurationKey key)
    {
        var schema = new JsonObject
        {
            ["type"] = key.Kind switch
            {
                KeyKind.Integer => "integer",
                KeyKind.Number => "number",
                KeyKind.Boolean => "boolean",
                KeyKind.TextArray => "array",
                _ => "string",
            },
            ["description"] = key.Description,
        };
        if (key.Default is { } value)
        {
            schema["default"] = JsonSerializer.SerializeToNode(value);
        }

        if (double.IsFinite(key.Minimum))
        {
            schema[key.IsMinimumExclusive ? "exclusiveMinimum" : "minimum"] = key.Minimum;
            schema["maximum"] = key.Maximum;
        }

        var text = schema;
        if (key.Kind == KeyKind.TextArray)
        {
            schema["items"] = text = Text();
        }

        if (key.Rule?.Pattern is { } pattern)
        {
            text["pattern"] = pattern;
        }

        return schema;
    }

    private static JsonObject Dependencies() => new()
    {
        ["propertyNames"] = new JsonObject { ["pattern"] = "^[A-Za-z0-9_][A-Za-z0-9._-]*(/[A-Za-z0-9_][A-Za-z0-9._-]*)*$", ["maxLength"] = 128 },
        ["additionalProperties"] = new JsonObject
        {
            ["anyOf"] = new JsonArray(
                new JsonObject { ["type"] = "string", ["minLength"] = 1, ["description"] = "Version in the default registry." },
                Form("A package of any registry.", ["registry", "version"]),
                Form("A git repository at its default branch.", ["git"]),
                Form("A git repository at a branch.", ["git", "branch"]),
                Form("A git repository at a tag.", ["git", "tag"]),
                Form("A git repository at a commit.", ["git", "rev"]),
                Form("A component file, or a project's folder.", ["path"])),
        },
    };

    private static JsonObject Form(string description, string[] keys)
    {
        var properties = new JsonObject();
        foreach (var key in keys)
        {
            properties[key] = new JsonObject { ["type"] = "string", ["minLength"] = 1 };
        }

        return new JsonObject
        {
            ["type"] = "object",
            ["description"] = description,
            ["properties"] = properties,
            ["required"] = new JsonArray([.. keys.Select(key => (JsonNode)key)]),
            ["additionalProperties"] = false,
        };
    }

    private static JsonObject Text() => new() { ["type"] = "string" };
}
