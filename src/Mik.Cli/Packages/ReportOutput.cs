using System.Text.Encodings.Web;
using System.Text.Json;
using Mik.Cli.Output;
using Mik.Packages;
using Mik.Packages.Lock;

namespace Mik.Cli.Packages;

/// <summary>Prints what became of the dependencies: lines for people, or JSON.</summary>
internal static class ReportOutput
{
    /// <summary>How all commands write JSON: names in snake case, as in the documents of the server.</summary>
    public static readonly JsonSerializerOptions Json =
        new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Prints a report.</summary>
    public static void Print(SyncReport report, string folder, bool isJson, bool isDryRun, Terminal terminal)
    {
        if (isJson)
        {
            terminal.Line(JsonSerializer.Serialize(
                new
                {
                    changes = report.Changes.Select(change => new
                    {
                        change.Name,
                        change = Word(change.Kind),
                        file = change.File,
                        before = Row(change.Before),
                        after = Row(change.After),
                    }),
                    notes = report.Notes,
                    dry_run = isDryRun,
                },
                Json));
            return;
        }

        foreach (var note in report.Notes)
        {
            terminal.Note(note);
        }

        foreach (var change in report.Changes.Where(change => change.Kind != PackageChangeKind.Unchanged))
        {
            terminal.Line($"{(isDryRun ? "would be " : "")}{Word(change.Kind)} {change.Name}{Detail(change, folder)}");
        }

        var unchanged = report.Changes.Count(change => change.Kind == PackageChangeKind.Unchanged);
        if (!report.HasChanges)
        {
            terminal.Line(unchanged switch
            {
                0 => "There are no dependencies.",
                1 => $"The dependency is as {LockFile.FileName} says.",
                _ => $"All {unchanged} dependencies are as {LockFile.FileName} says.",
            });
        }
    }

    private static string Word(PackageChangeKind kind) => kind switch
    {
        PackageChangeKind.Added => "added",
        PackageChangeKind.Updated => "updated",
        PackageChangeKind.Installed => "installed",
        PackageChangeKind.Removed => "removed",
        _ => "unchanged",
    };

    private static string Detail(PackageChange change, string folder)
    {
        if (change.After is not { } after)
        {
            return change.File is null ? "" : $" ({Shown(change.File, folder)})";
        }

        var requested = after.Requested is null ? "" : $" {after.Requested}";
        var digests = change is { Kind: PackageChangeKind.Updated, Before: { } before } && before.Digest != after.Digest
            ? $"sha256:{before.Digest.Short} → sha256:{after.Digest.Short}" : $"sha256:{after.Digest.Short}";
        return $"{requested} ({digests}, {DownloadProgress.Bytes(after.Size)}) in {Shown(change.File!, folder)}";
    }

    private static string Shown(string path, string folder)
    {
        var relative = Path.GetRelativePath(folder, path);
        return relative.StartsWith("..", StringComparison.Ordinal) ? path : relative;
    }

    private static object? Row(LockedPackage? package) => package is null ? null : new
    {
        package.Source,
        package.Location,
        package.Requested,
        package.Resolved,
        digest = package.Digest.ToString(),
        package.Size,
        package.Imports,
        package.Exports,
    };
}
