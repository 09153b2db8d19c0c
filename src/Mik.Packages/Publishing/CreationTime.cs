using System.Globalization;
using Mik.Packages.Git;
using Mik.Packages.Remote;

namespace Mik.Packages.Publishing;

/// <summary>
/// When a component was made, as far as that is the same on every machine: <c>SOURCE_DATE_EPOCH</c>, else the time of the commit that is
/// checked out around its file, else the beginning of Unix time. A file's own time says when it was copied.
/// </summary>
internal static class CreationTime
{
    private const string Variable = "SOURCE_DATE_EPOCH";

    /// <summary>The time of a file's contents.</summary>
    public static async Task<DateTimeOffset> OfAsync(string file, CancellationToken cancellationToken) =>
        Parse(Environment.GetEnvironmentVariable(Variable)) ?? Parse(await CommitTimeAsync(file, cancellationToken)) ?? DateTimeOffset.UnixEpoch;

    private static async Task<string?> CommitTimeAsync(string file, CancellationToken cancellationToken)
    {
        try
        {
            return await GitProgram.RunTextAsync(
                repository: null, ["-C", Path.GetDirectoryName(Path.GetFullPath(file))!, "log", "-1", "--format=%ct"], cancellationToken);
        }
        catch (Exception exception) when (exception is GitException or PackageException)
        {
            // No repository, no commit, no git.
            return null;
        }
    }

    private static DateTimeOffset? Parse(string? text) =>
        long.TryParse(text?.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;
}
