using System.Globalization;

namespace Mik.Cli.Output;

/// <summary>What the user reads: results on stdout, errors and progress on stderr, colour where there is a terminal that wants it.</summary>
internal sealed class Terminal
{
    private const string Reset = "\e[0m";

    private const string ClearLine = "\r\e[K";

    private readonly bool _colour;
    private bool _hasLive;

    /// <summary>Colour unless switched off, <c>NO_COLOR</c> is set, or stderr is no terminal.</summary>
    public Terminal(bool noColour) =>
        _colour = !noColour
            && !Console.IsErrorRedirected
            && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));

    /// <summary>Prints a line of the command's result.</summary>
    public void Line(string text = "")
    {
        EndLive();
        Console.Out.WriteLine(text);
    }

    /// <summary>Shows a line that the next one replaces. Only for a stderr that is a terminal.</summary>
    public void Live(string text)
    {
        Console.Error.Write(ClearLine + text);
        _hasLive = true;
    }

    /// <summary>Removes the line of <see cref="Live"/>.</summary>
    public void EndLive()
    {
        if (_hasLive)
        {
            Console.Error.Write(ClearLine);
            _hasLive = false;
        }
    }

    /// <summary>Prints what is being done, for people who wait.</summary>
    public void Progress(string text)
    {
        EndLive();
        Console.Error.WriteLine(text);
    }

    /// <summary>Prints a remark that is not an error.</summary>
    public void Note(string text)
    {
        EndLive();
        Console.Error.WriteLine($"{Painted("note", "\e[36m")}: {text}");
    }

    /// <summary>Prints an error: what happened, why, and what to do next.</summary>
    public void Error(CliError error) => Tell(Painted("error", "\e[31m"), error);

    /// <summary>Prints what will not stop the command.</summary>
    public void Warning(CliError warning) => Tell(Painted("warning", "\e[33m"), warning);

    private static string Indented(string text) => Printable(text.ReplaceLineEndings("\n  "));

    /// <summary>Text without controls: what files and servers say of themselves is printed too, and shall not move the cursor.</summary>
    public static string Printable(string text) => text.Any(IsControl)
        ? string.Concat(
            text.Select(character => IsControl(character) ? string.Create(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}") : character.ToString()))
        : text;

    private static bool IsControl(char character) => char.IsControl(character) && character is not '\n' and not '\t';

    private void Tell(string kind, CliError error)
    {
        EndLive();
        Console.Error.WriteLine($"{kind}[{error.Code}]: {Printable(error.What)}");
        if (error.Excerpt is { } excerpt)
        {
            Console.Error.WriteLine($"  {Indented(excerpt)}");
        }

        if (error.Why is { } why)
        {
            Console.Error.WriteLine($"  because: {Indented(why)}");
        }

        if (error.Next is { } next)
        {
            Console.Error.WriteLine($"  {Painted("try", "\e[32m")}: {Printable(next)}");
        }
    }

    /// <summary>Text that says that something is fine, on stdout.</summary>
    public string Good(string text) => Console.IsOutputRedirected ? text : Painted(text, "\e[32m");

    /// <summary>Text that says that something is not, on stdout.</summary>
    public string Bad(string text) => Console.IsOutputRedirected ? text : Painted(text, "\e[31m");

    private string Painted(string text, string colour) => _colour ? colour + text + Reset : text;
}
