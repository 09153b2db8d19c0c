using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Mik.Server.Requests;

/// <summary>
/// How deep scripts call each other: script → module → (by HTTP) script → … Modules that scripts call carry the depth in a header of their
/// outgoing requests, so that a cycle ends at <see cref="Maximum"/>.
/// </summary>
internal static class CallDepth
{
    /// <summary>Scripts in one chain at most.</summary>
    public const int Maximum = 8;

    /// <summary>The header.</summary>
    public const string Header = "x-mik-call-depth";

    /// <summary>
    /// The depth that a request comes with. Anybody may send it, so it can only end a chain sooner: what is no depth, or more than one, is the
    /// end of it.
    /// </summary>
    public static int Of(IHeaderDictionary headers) => !headers.TryGetValue(Header, out var value)
        ? 0
        : int.TryParse(value.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var depth) ? Math.Min(depth, Maximum) : Maximum;

    /// <summary>Adds the header where there is a depth to tell.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> AddTo(IReadOnlyList<KeyValuePair<string, string>> headers, int depth) =>
        depth == 0 ? headers : [.. headers, new(Header, depth.ToString(CultureInfo.InvariantCulture))];
}
