using System.CommandLine;

namespace Mik.Cli.Options;

/// <summary>Options that every verb has.</summary>
internal static class GlobalOptions
{
    /// <summary><c>-v</c></summary>
    public static readonly Option<bool> Verbose = new("--verbose", "-v") { Description = "Log more", Recursive = true };

    /// <summary><c>--no-color</c></summary>
    public static readonly Option<bool> NoColour = new("--no-color") { Description = "No colour, whatever the terminal says", Recursive = true };

    /// <summary><c>--config</c></summary>
    public static readonly Option<FileInfo?> Config = new("--config")
    {
        Description = "The project's mik.toml [default: the one of the current folder, or the nearest above it]",
        HelpName = "PATH",
        Recursive = true,
    };

    /// <summary>Adds them to the root command.</summary>
    public static void AddTo(RootCommand root)
    {
        root.Options.Add(Config);
        root.Options.Add(Verbose);
        root.Options.Add(NoColour);
    }
}
