using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using Mik.Packages.Remote;

namespace Mik.Packages.Registry;

/// <summary>Asks a <c>docker-credential-…</c> program. It gets a registry on stdin and answers with JSON.</summary>
internal static class CredentialProgram
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>The credentials that it has for a registry; null when it has none.</summary>
    /// <exception cref="PackageException">It cannot be run or does not answer as it should.</exception>
    public static async Task<Credentials?> GetAsync(string? folder, string helper, string registry, CancellationToken cancellationToken)
    {
        if (helper.Length == 0 || !helper.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.'))
        {
            throw new PackageException(
                $"'{RemoteText.Clean(helper)}' cannot be a credential helper", "its name may have letters, digits, '-', '_' and '.'",
                "correct credHelpers or credsStore in docker's config.json")
            { Code = "credential-helper-failed" };
        }

        var program = $"docker-credential-{helper}";
        var (exitCode, output) = await RunAsync(folder is null ? program : Path.Combine(folder, program), registry, cancellationToken);
        if (exitCode != 0)
        {
            // The protocol's words for "none"; docker asks on without credentials as well.
            return output.Contains("credentials not found", StringComparison.OrdinalIgnoreCase)
                ? null
                : throw new PackageException(
                    $"{program} failed for {registry}", RemoteText.Clean(output),
                    $"run it by hand: echo {registry} | {program} get")
                { Code = "credential-helper-failed" };
        }

        try
        {
            using var document = JsonDocument.Parse(output);
            var name = document.RootElement.GetProperty("Username").GetString();
            var secret = document.RootElement.GetProperty("Secret").GetString();
            return string.IsNullOrEmpty(secret) ? null : new Credentials(name ?? "", secret, IsIdentityToken: name == "<token>");
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new PackageException(
                $"{program} gave no credentials for {registry}", "its answer is not the JSON that credential helpers give",
                $"run it by hand: echo {registry} | {program} get", exception)
            { Code = "credential-helper-failed" };
        }
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(string program, string registry, CancellationToken cancellationToken)
    {
        using var process = new Process
        {
            StartInfo = new ProcessStartInfo(program, ["get"])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                UseShellExecute = false
            },
        };
        try
        {
            process.Start();
        }
        catch (Win32Exception exception)
        {
            throw new PackageException(
                $"cannot run {program}", "docker's config.json names it as the keeper of credentials, and it is not on the PATH",
                $"install it, or remove it from credHelpers and credsStore", exception)
            { Code = "credential-helper-failed" };
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            var errors = process.StandardError.ReadToEndAsync(limit.Token);
            await WriteAsync(process, registry, limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return (process.ExitCode, process.ExitCode == 0 ? await output : await output + await errors);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new PackageException(
                $"{program} did not answer within {Limit.TotalSeconds:0} s",
                next: $"run it by hand: echo {registry} | {program} get")
            { Code = "credential-helper-failed" };
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    private static async Task WriteAsync(Process process, string registry, CancellationToken cancellationToken)
    {
        try
        {
            await process.StandardInput.WriteAsync(registry.AsMemory(), cancellationToken);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended without reading; its exit code tells the rest.
        }
    }
}
