using System.Text.Json;
using Mik.Packages.Remote;

namespace Mik.Packages.Registry;

/// <summary>What a registry says when it refuses (distribution-spec, "Error Codes").</summary>
internal static class RegistryError
{
    /// <summary>Its first error in words; empty when it says nothing that can be understood.</summary>
    public static string Told(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = PackageLimits.JsonDepth });
            if (document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("errors", out var errors) && errors.ValueKind == JsonValueKind.Array
                && errors.EnumerateArray().FirstOrDefault() is { ValueKind: JsonValueKind.Object } error)
            {
                return RemoteText.Clean($"{Text(error, "code")}: {Text(error, "message")}").Trim(':', ' ');
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Web pages and the like say nothing about packages.
        }

        return "";
    }

    private static string Text(JsonElement error, string name) =>
        error.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
}
