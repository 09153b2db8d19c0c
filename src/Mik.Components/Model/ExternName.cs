using System.Diagnostics.CodeAnalysis;

namespace Mik.Components.Model;

/// <summary>What an import or export name says about its item.</summary>
public enum ExternNameKind
{
    /// <summary>A plain label.</summary>
    Label,
    /// <summary><c>[constructor]resource</c>.</summary>
    Constructor,
    /// <summary><c>[method]resource.label</c>.</summary>
    Method,
    /// <summary><c>[static]resource.label</c>.</summary>
    Static,
    /// <summary><c>namespace:package/interface@version</c>.</summary>
    Interface,
}

/// <summary>The name of an import or export (Explainer.md, "externname").</summary>
public sealed class ExternName
{
    private ExternName(string text, ExternNameKind kind, string resource, string label, InterfaceName? interfaceName)
    {
        Text = text;
        Kind = kind;
        Resource = resource;
        Label = label;
        Interface = interfaceName;
    }

    /// <summary>The whole name.</summary>
    public string Text { get; }

    /// <summary>What kind of name it is.</summary>
    public ExternNameKind Kind { get; }

    /// <summary>The resource's label of a constructor, method or static function; else "".</summary>
    public string Resource { get; }

    /// <summary>The label of a plain name, method or static function; else "".</summary>
    public string Label { get; }

    /// <summary>The parts of an interface name; else null.</summary>
    public InterfaceName? Interface { get; }

    /// <summary>Whether the name is <c>[constructor]</c>, <c>[method]</c> or <c>[static]</c>.</summary>
    public bool IsAnnotated => Kind is ExternNameKind.Constructor or ExternNameKind.Method or ExternNameKind.Static;

    /// <inheritdoc/>
    public override string ToString() => Text;

    /// <summary>Reads a name; false when the text is none.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out ExternName? name)
    {
        ArgumentNullException.ThrowIfNull(text);
        name = null;
        if (TryStrip(text, "[constructor]", out var rest))
        {
            name = IsLabel(rest) ? new(text, ExternNameKind.Constructor, rest, "", null) : null;
        }
        else if (TryStrip(text, "[method]", out rest))
        {
            name = ParseMember(text, ExternNameKind.Method, rest);
        }
        else if (TryStrip(text, "[static]", out rest))
        {
            name = ParseMember(text, ExternNameKind.Static, rest);
        }
        else if (text.Contains(':', StringComparison.Ordinal))
        {
            name = InterfaceName.TryParse(text, out var interfaceName) ? new(text, ExternNameKind.Interface, "", "", interfaceName) : null;
        }
        else if (IsLabel(text))
        {
            name = new(text, ExternNameKind.Label, "", text, null);
        }
        return name is not null;
    }

    /// <summary>Whether the text is a label: words or acronyms joined by hyphens, the first starting with a letter.</summary>
    internal static bool IsLabel(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty || !char.IsAsciiLetter(text[0]))
        {
            return false;
        }
        foreach (var range in text.Split('-'))
        {
            var fragment = text[range];
            var hasLower = fragment.ContainsAnyInRange('a', 'z');
            var hasUpper = fragment.ContainsAnyInRange('A', 'Z');
            if (fragment.IsEmpty || (hasLower && hasUpper))
            {
                return false;
            }
            foreach (var character in fragment)
            {
                if (!char.IsAsciiLetterOrDigit(character))
                {
                    return false;
                }
            }
        }
        return true;
    }

    /// <summary>What of a label counts when it must differ from others (Explainer.md, "Name Uniqueness"): neither case nor hyphens do.</summary>
    internal static string Fold(string label) => label.Replace("-", "", StringComparison.Ordinal).ToLowerInvariant();

    private static ExternName? ParseMember(string text, ExternNameKind kind, string rest)
    {
        var dot = rest.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 && IsLabel(rest.AsSpan(0, dot)) && IsLabel(rest.AsSpan(dot + 1))
            ? new(text, kind, rest[..dot], rest[(dot + 1)..], null)
            : null;
    }

    private static bool TryStrip(string text, string prefix, out string rest)
    {
        var matches = text.StartsWith(prefix, StringComparison.Ordinal);
        rest = matches ? text[prefix.Length..] : "";
        return matches;
    }
}
