using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Headers;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Mik.Server.StaticFiles;

/// <summary>
/// Takes from a request for a file those conditions and ranges that have no say (RFC 9110, 13.1, 13.2.2, 14.2). The framework's middleware
/// weighs all of them at once, compares every tag strongly and takes each unit for bytes; of what is left here it makes the right answer.
/// </summary>
internal static class FileConditions
{
    /// <summary>Leaves what decides. The file is asked for only where that depends on it.</summary>
    public static void Narrow(HttpRequest request, Func<IFileInfo> find)
    {
        var headers = request.Headers;
        if (headers.IfMatch.Count > 0)
        {
            headers.IfUnmodifiedSince = default;
        }

        if (headers.IfNoneMatch.Count > 0)
        {
            headers.IfModifiedSince = default;
            headers.IfNoneMatch = Weakly(headers.IfNoneMatch);
        }

        if ((headers.IfMatch.Count > 0 || headers.IfUnmodifiedSince.Count > 0) && (headers.IfNoneMatch.Count > 0 || headers.IfModifiedSince.Count > 0)
            && Holds(request.GetTypedHeaders(), find()))
        {
            // What holds has had its say; the other one is next.
            headers.IfMatch = default;
            headers.IfUnmodifiedSince = default;
        }

        if (headers.Range.Count > 0 && !(AreBytes(headers.Range) && (headers.IfRange.Count == 0 || IsOf(headers.IfRange, find))))
        {
            headers.Range = default;
        }
    }

    /// <summary>The tags without their mark: the middleware's own are strong, so that is the weak comparison (RFC 9110, 8.8.3.2).</summary>
    private static StringValues Weakly(StringValues tags) =>
        tags.Any(tag => tag?.Contains("W/", StringComparison.Ordinal) == true) && EntityTagHeaderValue.TryParseList([.. tags.OfType<string>()], out var parsed)
            ? string.Join(", ", parsed.Select(tag => tag.Tag))
            : tags;

    private static bool Holds(RequestHeaders conditions, IFileInfo file) => file.Exists && (conditions.IfMatch is { Count: > 0 } tags
        ? tags.Any(tag => tag.Equals(EntityTagHeaderValue.Any) || tag.Compare(TagOf(file), useStrongComparison: true))
        : conditions.IfUnmodifiedSince is not { } time || TimeOf(file) <= time);

    private static bool AreBytes(StringValues range) =>
        RangeHeaderValue.TryParse(range.ToString(), out var parsed) && parsed.Unit.Equals("bytes", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a range is of the file as it is: its very tag, or exactly its time (RFC 9110, 13.1.5).</summary>
    private static bool IsOf(StringValues condition, Func<IFileInfo> find) =>
        RangeConditionHeaderValue.TryParse(condition.ToString(), out var parsed)
        && (parsed.EntityTag is not null || (find() is { Exists: true } file && parsed.LastModified == TimeOf(file)));

    /// <summary>The tag that the middleware gives a file.</summary>
    private static EntityTagHeaderValue TagOf(IFileInfo file) => new($"\"{Convert.ToString(TimeOf(file).ToFileTime() ^ file.Length, 16)}\"");

    private static DateTimeOffset TimeOf(IFileInfo file)
    {
        var time = file.LastModified.ToUniversalTime();
        return time.AddTicks(-(time.Ticks % TimeSpan.TicksPerSecond));
    }
}
