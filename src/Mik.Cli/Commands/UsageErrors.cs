using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;
using Mik.Cli.Output;
using Mik.Configuration.Reading;

namespace Mik.Cli.Commands;

/// <summary>What is wrong with a command line, with the nearest names that there are.</summary>
internal static partial class UsageErrors
{
    // What other tools call it.
    private static readonly Dictionary<string, string> OtherWords = new(StringComparer.Ordinal)
    {
        ["serve"] = "run",
        ["start"] = "run",
        ["up"] = "run",
        ["watch"] = "dev",
        ["create"] = "new",
        ["generate"] = "new",
        ["install"] = "sync",
        ["fetch"] = "sync",
        ["restore"] = "sync",
        ["upgrade"] = "update",
        ["push"] = "publish",
        ["rm"] = "remove",
        ["uninstall"] = "remove",
        ["plug"] = "compose",
        ["wit"] = "inspect",
        ["info"] = "inspect",
        ["check"] = "doctor",
        ["k8s"] = "kubernetes",
        ["kube"] = "kubernetes",
        ["javascript"] = "js",
        ["typescript"] = "ts",
        ["c++"] = "c",
        ["c#"] = "csharp",
        ["cs"] = "csharp",
        ["dotnet"] = "csharp",
        ["py"] = "python",
        ["rs"] = "rust",
    };

    /// <summary>All errors. A word that is no command, or no option, is the whole story of what follows from it.</summary>
    public static IReadOnlyList<CliError> Of(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var help = $"mik {CommandPath(parsed)}--help";
        if ((command is RootCommand || (command.Subcommands.Count > 0 && command.Action is null))
            && parsed.UnmatchedTokens.FirstOrDefault(token => !token.StartsWith('-')) is { } word)
        {
            return [new CliError($"there is no command '{word}'", DidYouMean(CommandNear(command, word)), help) { Code = "unknown-command" }];
        }

        // A command of commands, alone.
        if (command.Subcommands is { Count: > 0 } verbs && command is not RootCommand && parsed.Errors.Count > 0 && parsed.UnmatchedTokens.Count == 0)
        {
            var names = verbs.Select(verb => verb.Name).ToArray();
            return
            [
                new CliError($"mik {command.Name} needs to be told what: {string.Join(", ", names)}", Next: $"mik {CommandPath(parsed)}{names[0]} --help")
                {
                    Code = "invalid-option",
                },
            ];
        }

        var unknown = UnknownOptions(parsed).ToArray();
        return unknown.Length > 0
            ? [.. unknown.Select(option => new CliError($"there is no option '{option}'", DidYouMean(OptionNear(parsed, option)),
                help) { Code = "unknown-option" })]
            : [.. parsed.Errors.Select(error => OfValue(error.Message, help) ?? new CliError(error.Message, Next: help) { Code = "invalid-option" })];
    }

    /// <summary>A value that is none of those that there are.</summary>
    private static CliError? OfValue(string message, string help)
    {
        if (NoValue().Match(message) is { Success: true } no)
        {
            return new CliError($"'{no.Groups["word"].Value}' cannot be the value of {no.Groups["name"].Value}", Next: help) { Code = "invalid-option" };
        }

        if (NoneOf().Match(message) is not { Success: true } match)
        {
            return null;
        }

        var names = match.Groups["name"].Captures.Select(name => name.Value).ToArray();
        var word = match.Groups["word"].Value;
        return new CliError($"'{word}' is none of {string.Join(", ", names)}", DidYouMean(Near(word.ToLowerInvariant(), names)), help)
        {
            Code = "invalid-option",
        };
    }

    private static string? Near(string word, string[] names) =>
        OtherWords.TryGetValue(word, out var meant) && names.Contains(meant) ? meant : NearestName.Of(word, names);

    private static IEnumerable<string> UnknownOptions(ParseResult parsed) =>
        parsed.Tokens.TakeWhile(token => token.Type != TokenType.DoubleDash)
            .Where(
                token => token.Type == TokenType.Argument && token.Value is ['-', not ('0' or '1' or '2' or '3' or '4' or '5' or '6' or '7' or '8' or '9'), ..])
            .Select(token => token.Value.Split('=')[0])
            .Where(option => parsed.Errors.Any(error => error.Message.Contains(option, StringComparison.Ordinal)))
            .Distinct(StringComparer.Ordinal);

    private static string? CommandNear(Command command, string word) =>
        Near(word, [.. command.Subcommands.SelectMany(verb => verb.Aliases.Prepend(verb.Name))]);

    private static string? OptionNear(ParseResult parsed, string option)
    {
        var known = new List<Option>(parsed.CommandResult.Command.Options);
        for (SymbolResult? result = parsed.CommandResult.Parent; result is CommandResult parent; result = parent.Parent)
        {
            known.AddRange(parent.Command.Options.Where(other => other.Recursive));
        }

        var names = known.SelectMany(other => other.Aliases.Prepend(other.Name)).Where(
            name => name.StartsWith("--", StringComparison.Ordinal)).Select(name => name[2..]);
        return NearestName.Of(option.TrimStart('-'), names) is { } name ? "--" + name : null;
    }

    private static string CommandPath(ParseResult parsed)
    {
        var path = "";
        for (var command = parsed.CommandResult; command is { Command: not RootCommand }; command = command.Parent as CommandResult)
        {
            path = $"{command.Command.Name} {path}";
        }

        return path;
    }

    [GeneratedRegex("^Argument '(?<word>[^']*)' not recognized\\. Must be one of:(?:\\s+'(?<name>[^']*)')+\\s*$", RegexOptions.ExplicitCapture)]
    private static partial Regex NoneOf();

    [GeneratedRegex(
        "^Cannot parse argument '(?<word>.*)' for (command|option) '(?<name>[^']*)' as expected type", RegexOptions.ExplicitCapture | RegexOptions.Singleline)]
    private static partial Regex NoValue();

    private static string? DidYouMean(string? name) => name is null ? null : $"did you mean '{name}'?";
}
