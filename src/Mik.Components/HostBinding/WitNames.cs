namespace Mik.Components.HostBinding;

/// <summary>The rule by which WIT names and C# names stand for each other: the same letters and digits in the same order, whatever their case.</summary>
internal static class WitNames
{
    /// <summary>Whether <paramref name="identifier"/> is <paramref name="label"/> in C# spelling: <c>from-list</c> and <c>FromList</c>.</summary>
    public static bool Match(string label, string identifier)
    {
        var position = 0;
        foreach (var character in label)
        {
            if (character == '-')
            {
                continue;
            }
            if (position == identifier.Length || char.ToLowerInvariant(identifier[position]) != char.ToLowerInvariant(character))
            {
                return false;
            }
            position++;
        }
        return position == identifier.Length;
    }

    /// <summary>The usual C# spelling of a label, for messages.</summary>
    public static string ToPascal(string label) =>
        string.Concat(label.Split('-').Select(word => word.Length == 0 ? word : char.ToUpperInvariant(word[0]) + word[1..].ToLowerInvariant()));
}
