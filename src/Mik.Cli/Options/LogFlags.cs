using System.CommandLine;
using Mik.Cli.Output;
using Mik.Cli.Output.Logging;
using Mik.Configuration;
using Mik.Configuration.Model;

namespace Mik.Cli.Options;

/// <summary>
/// The flag and the environment variables that say what is logged and how: <c>-v</c>, then <c>MIK_LOG</c>, then <c>RUST_LOG</c>, then <c>info</c>.
/// </summary>
internal sealed class LogFlags
{
    private static readonly string[] Variables = ["MIK_LOG", "RUST_LOG"];

    private static readonly LogOptions Defaults = new();

    private readonly Option<LogFormat> _format = new("--log-format")
    {
        Description = "auto (text on a terminal, JSON lines elsewhere), text or json [default: auto]",
        HelpName = "FORMAT",
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (Enum.TryParse<LogFormat>(text, ignoreCase: true, out var format) && char.IsAsciiLetter(text[0]))
            {
                return format;
            }

            result.AddError($"--log-format must be auto, text or json, not '{text}'");
            return default;
        },
    };

    /// <summary>Adds the flag to a verb.</summary>
    public LogFlags(Command command) => command.Options.Add(_format);

    /// <summary>The log's options; parts of a filter that mean nothing are told.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="project">The project that is served, or null.</param>
    /// <param name="terminal">For notes.</param>
    public LogOptions Read(ParseResult parsed, MikConfiguration? project, Terminal terminal) => new()
    {
        Format = parsed.GetValue(_format),
        Filter = parsed.GetValue(GlobalOptions.Verbose) ? LogFilter.Parse("debug,microsoft=info") : FilterFromEnvironment(terminal),
        ProjectFolder = project?.Folder,
        MaxFileBytes = project?.Server.LogMaxBytes ?? Defaults.MaxFileBytes,
        MaxFiles = project?.Server.LogMaxFiles ?? Defaults.MaxFiles,
    };

    private static LogFilter FilterFromEnvironment(Terminal terminal)
    {
        foreach (var variable in Variables)
        {
            if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text)
            {
                var filter = LogFilter.Parse(text);
                foreach (var problem in filter.Problems)
                {
                    terminal.Note($"a part of {variable} is left out: {problem}");
                }

                return filter;
            }
        }

        return LogFilter.Everywhere(LogThreshold.Info);
    }
}
