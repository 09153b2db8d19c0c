using System.CommandLine;
using Mik.Cli.Options;

namespace Mik.Cli.Commands;

/// <summary><c>mik help [COMMAND]</c>: the same as <c>--help</c>, for those who ask this way.</summary>
internal static class HelpCommand
{
    /// <summary>Builds the verb.</summary>
    public static Command Create()
    {
        var words = new Argument<string[]>("COMMAND") { Arity = ArgumentArity.ZeroOrMore, Description = "The command [default: all]" };
        var command = new Verb("help", "Show help for a command", ("mik help run", "The same as: mik run --help")) { words };
        command.SetAction(parsed => CommandLine.RunAsync([.. parsed.GetValue(words) ?? [], "--help"]));
        return command;
    }
}
