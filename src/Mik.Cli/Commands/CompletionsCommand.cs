using System.CommandLine;
using Mik.Cli.Options;
using Mik.Cli.Output;

namespace Mik.Cli.Commands;

/// <summary>
/// <c>mik completions SHELL</c>: a script by which a shell completes mik's commands and options. The shell asks mik itself, so it never goes stale.
/// </summary>
internal static class CompletionsCommand
{
    // PowerShell's own command.
    private const string PowerShellCommand = "pwsh";

    // What stands before the cursor goes to mik's own [suggest] directive, which answers a line for each word.
    private static readonly Dictionary<string, string> Scripts = new(StringComparer.Ordinal)
    {
        ["bash"] = """
            # mik completions bash >> ~/.bashrc
            _mik() {
              local IFS=$'\n' line=${COMP_LINE:0:COMP_POINT}
              COMPREPLY=($(compgen -W "$(mik "[suggest:${#line}]" "$line" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
            }
            complete -o default -F _mik mik
            """,
        ["zsh"] = """
            # mik completions zsh >> ~/.zshrc
            (( $+functions[compdef] )) || { autoload -Uz compinit && compinit }
            _mik() {
              local line=${BUFFER[1,CURSOR]}
              local -a words_found=("${(@f)$(mik "[suggest:${#line}]" "$line" 2>/dev/null)}")
              compadd -a words_found
              _files
            }
            compdef _mik mik
            """,
        ["fish"] = """
            # mik completions fish > ~/.config/fish/completions/mik.fish
            function __mik_complete
              set -l line (commandline -cp)
              mik "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null
            end
            complete -c mik -a '(__mik_complete)'
            """,
        ["powershell"] = """
            # mik completions powershell >> $PROFILE
            Register-ArgumentCompleter -Native -CommandName mik -ScriptBlock {
              param($word, $tree, $cursor)
              $line = $tree.ToString().PadRight($cursor).Substring(0, $cursor)
              mik "[suggest:$($line.Length)]" "$line" 2>$null | Where-Object { $_ -like "$word*" } | ForEach-Object {
                [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
              }
            }
            """,
    };

    /// <summary>Builds the verb.</summary>
    public static Command Create()
    {
        var shell = new Argument<string>("SHELL") { Description = string.Join(", ", Scripts.Keys) };
        shell.AcceptOnlyFromAmong([.. Scripts.Keys, PowerShellCommand]);
        var command = new Verb(
            "completions",
            "Print a script by which a shell completes commands and options",
            ("mik completions bash >> ~/.bashrc", "For bash"),
            ("mik completions fish > ~/.config/fish/completions/mik.fish", "For fish"))
        {
            shell,
        };
        command.SetAction(parsed =>
        {
            new Terminal(parsed.GetValue(GlobalOptions.NoColour)).Line(
                Scripts[parsed.GetRequiredValue(shell) is var name && name == PowerShellCommand ? "powershell" : name].ReplaceLineEndings("\n"));
            return ExitCode.Fine;
        });
        return command;
    }
}
