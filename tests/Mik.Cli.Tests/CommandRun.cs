using System.CommandLine;
using Mik.Cli.Commands;

namespace Mik.Cli.Tests;

/// <summary>A command line that ran in this process, through the entry that <c>mik</c> has.</summary>
internal sealed record CommandRun(int ExitCode, string Output, string Errors)
{
    // What is written to the console belongs to the process.
    private static readonly SemaphoreSlim Turn = new(1);

    /// <summary>Runs a command to its end.</summary>
    public static async Task<CommandRun> OfAsync(params string[] arguments)
    {
        await Turn.WaitAsync();
        var (output, errors) = (Console.Out, Console.Error);
        using var written = new StringWriter { NewLine = "\n" };
        using var complained = new StringWriter { NewLine = "\n" };
        try
        {
            Console.SetOut(written);
            Console.SetError(complained);
            var exitCode = await CommandLine.RunAsync(arguments);

            // Help names the program that runs, which is not mik here.
            return new CommandRun(
                exitCode, written.ToString().Replace($"  {RootCommand.ExecutableName} ", "  mik ", StringComparison.Ordinal), complained.ToString());
        }
        finally
        {
            Console.SetOut(output);
            Console.SetError(errors);
            Turn.Release();
        }
    }
}
