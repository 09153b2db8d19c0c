namespace Mik.Server.Pipeline;

/// <summary>
/// The request target as the client sent it (RFC 9112, 3.2), split at the first <c>?</c> and otherwise untouched: percent-encoding,
/// <c>//</c> and trailing slashes are the guest's business.
/// </summary>
internal readonly record struct RequestTarget(string Path, string Query)
{
    /// <summary>Splits a raw target in origin form or absolute form; any other form gives a path that no route has.</summary>
    public static RequestTarget Parse(string raw)
    {
        var target = raw.AsSpan();
        if (target.Length > 0 && target[0] != '/')
        {
            target = OriginFormOf(target);
        }

        var question = target.IndexOf('?');
        return question < 0
            ? new RequestTarget(Same(raw, target), "")
            : new RequestTarget(target[..question].ToString(), target[question..].ToString());
    }

    private static ReadOnlySpan<char> OriginFormOf(ReadOnlySpan<char> target)
    {
        var scheme = target.IndexOf("://", StringComparison.Ordinal);
        if (scheme <= 0)
        {
            return target;
        }

        var afterScheme = target[(scheme + 3)..];
        var path = afterScheme.IndexOfAny('/', '?');
        return path < 0 ? "/" : afterScheme[path..];
    }

    private static string Same(string raw, ReadOnlySpan<char> part) => part.Length == raw.Length ? raw : part.ToString();
}
