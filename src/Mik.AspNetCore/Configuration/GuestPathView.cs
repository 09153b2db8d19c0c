namespace Mik.AspNetCore.Configuration;

/// <summary>Which part of a request's path guests see.</summary>
public enum GuestPathView
{
    /// <summary>What comes below the route pattern: its catch-all.</summary>
    BelowPattern,
    /// <summary>All that comes below <c>PathBase</c>.</summary>
    Full,
}
