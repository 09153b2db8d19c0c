using Mik.Components.Metadata;
using Mik.Packages.Remote;

namespace Mik.Packages.Oci;

/// <summary>The annotations of a manifest (image-spec, "Annotations"): of the user, of the project, of the component, in that order.</summary>
public static class Annotations
{
    /// <summary>A name for people; on a layer, the file's.</summary>
    public const string Title = "org.opencontainers.image.title";

    /// <summary>The version of what is inside.</summary>
    public const string Version = "org.opencontainers.image.version";

    /// <summary>What it is.</summary>
    public const string Description = "org.opencontainers.image.description";

    /// <summary>What a component says of itself as annotations.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Of(ComponentMetadata metadata)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        return ComponentMetadata.FieldNames
            .Where(field => metadata[field.Section] is not null)
            .Select(field => KeyValuePair.Create(field.Annotation, metadata[field.Section]!));
    }

    /// <summary>Reads <c>KEY=VALUE</c>.</summary>
    /// <exception cref="FormatException">It is none; the message says why.</exception>
    public static KeyValuePair<string, string> Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        return equals > 0 && !text[..equals].Any(character => char.IsControl(character) || char.IsWhiteSpace(character))
            ? KeyValuePair.Create(text[..equals], text[(equals + 1)..])
            : throw new FormatException($"'{RemoteText.Clean(text)}' is no annotation: write KEY=VALUE, such as org.opencontainers.image.licenses=Apache-2.0");
    }

    /// <summary>All of some lists; of one name, the first counts.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Merge(params IEnumerable<IEnumerable<KeyValuePair<string, string>>> lists) =>
        [.. lists.SelectMany(list => list).DistinctBy(annotation => annotation.Key, StringComparer.Ordinal)
            .OrderBy(annotation => annotation.Key, StringComparer.Ordinal)];
}
