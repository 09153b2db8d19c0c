namespace Mik.AspNetCore.Configuration;

/// <summary>One component, and what its guests may have. A guest sees nothing of the program but what stands here.</summary>
public sealed class WasiComponentOptions
{
    /// <summary>Its file; a relative path begins at the content root.</summary>
    public string Path { get; set; } = "";

    /// <summary>The route pattern at which <c>MapWasiHttp()</c> puts it, such as <c>/api/{**rest}</c>; null is none.</summary>
    public string? Route { get; set; }

    /// <summary>Deadline of a whole request: load, instantiate, run, stream.</summary>
    public TimeSpan Deadline { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>What one request may use, in bytes: memory, tables, and all that is held for it.</summary>
    public long MemoryLimit { get; set; } = 128L << 20;

    /// <summary>The environment variables that guests see.</summary>
    public IDictionary<string, string> Environment { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>
    /// Hosts that guests may call: <c>*</c>, a host, <c>*.domain</c>, an address or a range, with an optional scheme and port. Empty is none.
    /// </summary>
    public IList<string> AllowedHosts { get; } = [];

    /// <summary>Which part of the path guests see.</summary>
    public GuestPathView PathSeenByGuest { get; set; }

    /// <summary>How much of what one request prints is logged, in bytes.</summary>
    public long LogLimit { get; set; } = 256L << 10;
}
