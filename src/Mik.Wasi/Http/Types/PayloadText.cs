namespace Mik.Wasi.Http.Types;

/// <summary>What an error code carries, in the words of WIT.</summary>
internal static class PayloadText
{
    /// <summary>The fields that are there.</summary>
    public static string Of(params ReadOnlySpan<(string Name, object? Value)> fields)
    {
        var said = new List<string>();
        foreach (var (name, value) in fields)
        {
            if (value is not null)
            {
                said.Add(FormattableString.Invariant($"{name} {value}"));
            }
        }

        return string.Join(", ", said);
    }
}
