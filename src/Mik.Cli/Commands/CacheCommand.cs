using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Mik.Cli.Options;
using Mik.Cli.Output;
using Mik.Cli.Packages;
using Mik.Cli.Projects;
using Mik.Packages.Cache;
using Mik.Wasm.CodeCaching;

namespace Mik.Cli.Commands;

/// <summary><c>mik cache</c>: where downloads are kept, what they are, and how to be rid of them.</summary>
internal static class CacheCommand
{
    /// <summary>Builds the verb.</summary>
    public static Command Create() => new Verb(
        "cache",
        "Show and clean the cache of downloads and compiled code, which all projects share",
        ("mik cache dir", "Where it is; MIK_HOME moves it"),
        ("mik cache list", "What is in it"),
        ("mik cache clean --older-than 30", "Remove what is older than 30 days"))
    {
        Directory(), List(), Clean(), PrecompileCommand.Create(),
    };

    private static Verb Directory()
    {
        var command = new Verb("dir", "Print the folder of the cache", ("cd \"$(mik cache dir)\"", "Go there"));
        command.SetAction(parsed =>
        {
            new Terminal(parsed.GetValue(GlobalOptions.NoColour)).Line(MikHome.Path);
            return ExitCode.Fine;
        });
        return command;
    }

    private static Verb List()
    {
        var json = new Option<bool>("--json") { Description = "Tell the result as JSON" };
        var command = new Verb(
            "list", "List what is in the cache", ("mik cache list", "Digest, size, day and origin of each file"),
            ("mik cache list --json", "The same for a program")) { json };
        command.SetAction(parsed =>
        {
            var terminal = new Terminal(parsed.GetValue(GlobalOptions.NoColour));
            var blobs = new BlobCache(MikHome.Path).Blobs.ToArray();
            if (parsed.GetValue(json))
            {
                terminal.Line(
                    JsonSerializer.Serialize(
                        blobs.Select(blob => new { digest = blob.Digest.ToString(), blob.Size, blob.Added, blob.Origin }), ReportOutput.Json));
                return ExitCode.Fine;
            }

            foreach (var blob in blobs)
            {
                terminal.Line(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{blob.Digest.Algorithm}:{blob.Digest.Short}  {DownloadProgress.Bytes(blob.Size),10}  {blob.Added:yyyy-MM-dd}  "
                            + $"{blob.Origin}").TrimEnd());
            }

            terminal.Line($"{blobs.Length} files, {DownloadProgress.Bytes(blobs.Sum(blob => blob.Size))} in {MikHome.Path}");
            var code = new CodeCache(GuestCode.Folder).Measure();
            terminal.Line($"{code.Files} files of compiled code, {DownloadProgress.Bytes(code.Bytes)} in {GuestCode.Folder}");
            return ExitCode.Fine;
        });
        return command;
    }

    private static Verb Clean()
    {
        var olderThan = new Option<int?>("--older-than") { Description = "Only what was fetched more than so many days ago", HelpName = "DAYS" };
        olderThan.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() is < 0 or > 100_000)
            {
                result.AddError("--older-than must be a number of days from 0 to 100000");
            }
        });
        var json = new Option<bool>("--json") { Description = "Tell the result as JSON" };
        var command = new Verb(
            "clean", "Remove downloads and compiled code; they are fetched and made again when they are needed", ("mik cache clean", "All"),
            ("mik cache clean --older-than 30", "What is older than 30 days")) { olderThan, json };
        command.SetAction(parsed =>
        {
            var terminal = new Terminal(parsed.GetValue(GlobalOptions.NoColour));
            try
            {
                var days = parsed.GetValue(olderThan);
                var blobs = new BlobCache(MikHome.Path).Clean(days is { } age ? DateTime.UtcNow.AddDays(-age) : null);
                var code = new CodeCache(GuestCode.Folder).Clean(TimeSpan.FromDays(days ?? 0));
                var (files, bytes) = (blobs.Files + code.Files, blobs.Bytes + code.Bytes);
                terminal.Line(
                    parsed.GetValue(json)
                        ? JsonSerializer.Serialize(new { files, bytes }, ReportOutput.Json) : $"removed {files} files, {DownloadProgress.Bytes(bytes)}");
                return ExitCode.Fine;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw new CliException(
                    ExitCode.Failed,
                    new CliError("cannot clean the cache", exception.Message, $"see what uses {MikHome.Path}, and run it again") { Code = "cache-unusable" });
            }
        });
        return command;
    }
}
