using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Mik.Configuration.Keys;

namespace Mik.Cli.Options;

/// <summary>Options of the command line that are made of their key's row: name, meaning, bounds, default.</summary>
internal static class KeyOptions
{
    /// <summary>A whole number.</summary>
    /// <param name="key">The row.</param>
    /// <param name="unit">What the number is, in help.</param>
    /// <param name="absent">What holds without it, where the row's default is not all of it.</param>
    public static Option<int?> Integer(ConfigurationKey key, string unit, string? absent = null) => new(key.Flag!)
    {
        Description = Describe(key, absent),
        HelpName = unit,
        CustomParser = result => int.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && key.Admits(number)
            ? number
            : Refuse<int?>(result, $"{key.Flag} must be a whole number{key.Range}"),
    };

    /// <summary>A number, with parts of one: of seconds, of megabytes.</summary>
    /// <param name="key">The row.</param>
    /// <param name="unit">What the number is, in help.</param>
    public static Option<double?> Number(ConfigurationKey key, string unit) => new(key.Flag!)
    {
        Description = Describe(key, absent: null),
        HelpName = unit,
        CustomParser = result => double.TryParse(result.Tokens[0].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && key.Admits(number)
            ? number
            : Refuse<double?>(result, $"{key.Flag} must be a number{key.Range}"),
    };

    /// <summary>A text. An empty one is what a shell makes of a variable that is not set, and would mean what nobody wrote.</summary>
    public static Option<string?> Text(ConfigurationKey key, string unit) => new(key.Flag!)
    {
        Description = Describe(key, absent: null),
        HelpName = unit,
        CustomParser = result => string.IsNullOrWhiteSpace(result.Tokens[0].Value)
            ? Refuse<string?>(result, $"{key.Flag} must be a text with something in it")
            : result.Tokens[0].Value,
    };

    /// <summary>An http or https URL.</summary>
    public static Option<Uri?> Url(ConfigurationKey key) => new(key.Flag!)
    {
        Description = Describe(key, absent: null),
        HelpName = "URL",
        CustomParser = result => key.Rule!.IsMet(result.Tokens[0].Value)
            ? new Uri(result.Tokens[0].Value)
            : Refuse<Uri?>(result, $"{key.Flag} must be {key.Expectation}"),
    };

    /// <summary>Texts: the option may be repeated.</summary>
    public static Option<string[]> Texts(ConfigurationKey key, string unit) => new(key.Flag!) { Description = Describe(key, absent: null), HelpName = unit };

    private static string Describe(ConfigurationKey key, string? absent)
    {
        var text = key.Description.Replace("`", "", StringComparison.Ordinal).TrimEnd('.');
        var repeated = key.Kind == KeyKind.TextArray ? "; may be repeated" : "";
        var variable = key.Variable is { } name ? $". Environment: {name}." : "";
        return $"{text}{repeated}{variable} [default: {absent ?? DefaultOf(key)}]";
    }

    private static string DefaultOf(ConfigurationKey key) => key.Default switch
    {
        null or Array { Length: 0 } => "none",
        var value => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static T? Refuse<T>(ArgumentResult result, string message)
    {
        result.AddError($"{message}, not '{result.Tokens[0].Value}'");
        return default;
    }
}
