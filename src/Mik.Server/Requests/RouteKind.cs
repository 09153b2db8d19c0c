namespace Mik.Server.Requests;

/// <summary>Where a request goes.</summary>
internal enum RouteKind
{
    /// <summary>To a module's guest.</summary>
    Module,
    /// <summary>To the guest of a tenant's module.</summary>
    Tenant,
    /// <summary>To a script.</summary>
    Script,
    /// <summary>To a module's guest, by a script's <c>host.call</c> and not by HTTP.</summary>
    Call,
    /// <summary>Through a middleware before any of these.</summary>
    Middleware,
    /// <summary>To a file.</summary>
    Static,
    /// <summary>To the server's own pages.</summary>
    BuiltIn,
    /// <summary>Nowhere: a problem says why.</summary>
    Problem,
}
