using System.Globalization;
using Mik.Cli.Output;
using Mik.Configuration.Keys;

namespace Mik.Cli.Running;

/// <summary>The environment variables of <c>mik run</c>. An empty one is none.</summary>
internal static class RunEnvironment
{
    /// <summary><c>HOST</c></summary>
    public static string? Host => Of("HOST");

    /// <summary><c>PORT</c></summary>
    /// <exception cref="CliException">It is no port.</exception>
    public static int? Port
    {
        get
        {
            if (Of("PORT") is not { } text)
            {
                return null;
            }

            return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port <= 65535
                ? port
                : throw new CliException(
                    ExitCode.Usage,
                    new CliError(
                        $"the environment variable PORT is '{text}'", "it must be a number from 0 to 65535",
                        "unset it, or use --port")
                    { Code = "invalid-variable" });
        }
    }

    /// <summary><c>MIK_HOT_RELOAD</c></summary>
    /// <exception cref="CliException">It is neither on nor off.</exception>
    public static bool? HotReload => Of("MIK_HOT_RELOAD") switch
    {
        null => null,
        "1" or "true" => true,
        "0" or "false" => false,
        var text =>
            throw new CliException(
                ExitCode.Usage,
                new CliError(
                    $"the environment variable MIK_HOT_RELOAD is '{text}'", "it must be 1 or true, or 0 or false",
                    "unset it, or MIK_HOT_RELOAD=1")
                { Code = "invalid-variable" }),
    };

    /// <summary><c>OTEL_EXPORTER_OTLP_ENDPOINT</c></summary>
    /// <exception cref="CliException">It is no address.</exception>
    public static Uri? OtlpEndpoint
    {
        get
        {
            if (Of(KeyTable.OtlpEndpoint.Variable!) is not { } text)
            {
                return null;
            }

            return KeyTable.OtlpEndpoint.Rule!.IsMet(text)
                ? new Uri(text)
                : throw new CliException(ExitCode.Usage, new CliError(
                    $"the environment variable {KeyTable.OtlpEndpoint.Variable} is '{text}'", $"it must be {KeyTable.OtlpEndpoint.Expectation}",
                    "unset it, or use --otlp-endpoint")
                { Code = "invalid-variable" });
        }
    }

    /// <summary><c>MIK_TLS_PASSWORD</c></summary>
    public static string? TlsPassword => Of("MIK_TLS_PASSWORD");

    private static string? Of(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? text : null;
}
