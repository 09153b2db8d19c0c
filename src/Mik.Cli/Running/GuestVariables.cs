using System.Text;
using Mik.Cli.Output;
using Mik.Configuration.Model;

namespace Mik.Cli.Running;

/// <summary>The values of <c>[env]</c>: of the file itself, of the host's environment, and of files. Messages name places, never values.</summary>
internal static class GuestVariables
{
    // As much as the operating system lets one variable be.
    private const int LongestFile = 128 << 10;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Names and values, in the order of the file.</summary>
    /// <exception cref="CliException">Some cannot be had; it names all of them.</exception>
    public static IReadOnlyList<KeyValuePair<string, string>> Of(IEnumerable<EnvironmentVariable> variables)
    {
        var errors = new List<CliError>();
        var values = new List<KeyValuePair<string, string>>();
        foreach (var variable in variables)
        {
            try
            {
                values.Add(new(variable.Name, ValueOf(variable)));
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException or DecoderFallbackException)
            {
                errors.Add(ErrorOf(variable, exception));
            }
        }

        return errors.Count == 0 ? values : throw new CliException(ExitCode.Failed, [.. errors]);
    }

    private static string ValueOf(EnvironmentVariable variable) => variable.Source switch
    {
        VariableSource.Host => Environment.GetEnvironmentVariable(variable.Text) ?? throw new InvalidDataException($"{variable.Text} is not set"),
        VariableSource.File => Read(variable.Text),
        _ => variable.Text,
    };

    private static string Read(string path)
    {
        using var file = File.OpenRead(path);
        var bytes = new byte[LongestFile + 1];
        var length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        var text = length <= LongestFile ? Strict.GetString(bytes, 0, length) : throw new InvalidDataException($"it is larger than {LongestFile >> 10} KB");
        return text.Contains('\0', StringComparison.Ordinal)
            ? throw new InvalidDataException("it has a NUL")
            // Editors and echo end a file with one that is no part of the secret.
            : text.EndsWith('\n') ? text[..^(text.EndsWith("\r\n", StringComparison.Ordinal) ? 2 : 1)] : text;
    }

    private static CliError ErrorOf(EnvironmentVariable variable, Exception exception) => variable.Source == VariableSource.Host
        ? new CliError(
            $"env.{variable.Name} is taken from {variable.Text}, and it is not set", "mik.toml says so, and guests are not started without it",
            $"{variable.Text}=… mik run, or --env {variable.Name}=…")
        { Code = "env-missing" }
        : new CliError(
            $"env.{variable.Name} cannot be taken from {variable.Text}", exception is DecoderFallbackException ? "it is no UTF-8" : exception.Message,
            "a file that mik's user may read, with the value and nothing else")
        { Code = "env-missing" };
}
