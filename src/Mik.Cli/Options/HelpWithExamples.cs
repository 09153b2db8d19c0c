using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Mik.Cli.Options;

/// <summary><c>--help</c> with the examples of the verb beneath the options.</summary>
internal sealed class HelpWithExamples(SynchronousCommandLineAction standard) : SynchronousCommandLineAction
{
    /// <summary>Puts this in the place of the standard help.</summary>
    public static void Install(RootCommand root)
    {
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExamples((SynchronousCommandLineAction)help.Action!);
    }

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        var result = standard.Invoke(parseResult);
        var examples = parseResult.CommandResult.Command is RootCommand ? RootExamples : (parseResult.CommandResult.Command as Verb)?.Examples ?? [];
        if (examples.Count == 0)
        {
            return result;
        }

        Console.Out.WriteLine("Examples:");
        foreach (var (command, meaning) in examples)
        {
            Console.Out.WriteLine($"  {command}");
            Console.Out.WriteLine($"      {meaning}");
        }

        Console.Out.WriteLine();
        return result;
    }

    private static readonly IReadOnlyList<(string Command, string Meaning)> RootExamples =
    [
        ("mik run hello.wasm", "Serve a component at http://127.0.0.1:3000/run/hello/"),
        ("mik run --help", "All options of run"),
    ];
}
