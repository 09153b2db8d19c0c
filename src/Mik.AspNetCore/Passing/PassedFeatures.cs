using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Mik.Wasi.Http;

namespace Mik.AspNetCore.Passing;

/// <summary>
/// What a request that is passed on has of the one that came, and what it must not have: all that was made of that one's head or belongs to its connection.
/// </summary>
internal static class PassedFeatures
{
    private static readonly NoUpgrade Upgrade = new();

    /// <summary>Sets them.</summary>
    public static void Settle(HttpContext passed, HttpContext came, NextRequest request)
    {
        // These are made when they are first asked for; they shall be those of the request that came.
        _ = (came.RequestServices, came.User, came.Items, came.TraceIdentifier);
        var features = passed.Features;
        var head = features.GetRequiredFeature<IHttpRequestFeature>();
        var question = request.PathWithQuery.IndexOf('?', StringComparison.Ordinal);
        head.PathBase = came.Request.PathBase.Value ?? "";
        head.Path = PathString.FromUriComponent(question < 0 ? request.PathWithQuery : request.PathWithQuery[..question]).Value!;
        head.RawTarget = came.Request.PathBase.ToUriComponent() + request.PathWithQuery;
        features.Set<IQueryFeature>(new QueryFeature(features));
        features.Set<IRequestCookiesFeature>(new RequestCookiesFeature(features));
        features.Set<IResponseCookiesFeature>(new ResponseCookiesFeature(features));
        features.Set<IFormFeature>(new FormFeature(passed.Request));
        features.Set<IHttpUpgradeFeature>(Upgrade);
        features.Set<IHttpExtendedConnectFeature>(Upgrade);
    }

    /// <summary>A middleware takes requests and responses, and no connections.</summary>
    private sealed class NoUpgrade : IHttpUpgradeFeature, IHttpExtendedConnectFeature
    {
        public bool IsUpgradableRequest => false;

        public bool IsExtendedConnect => false;

        public string? Protocol => null;

        public Task<Stream> UpgradeAsync() => throw new InvalidOperationException("A request behind a middleware component cannot be upgraded.");

        public ValueTask<Stream> AcceptAsync() => throw new InvalidOperationException("A request behind a middleware component cannot be upgraded.");
    }
}
