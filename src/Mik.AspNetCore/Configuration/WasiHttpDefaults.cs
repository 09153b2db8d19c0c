namespace Mik.AspNetCore.Configuration;

/// <summary>Names that hold for every program with WASI HTTP components.</summary>
public static class WasiHttpDefaults
{
    /// <summary>The section of the configuration that <see cref="WasiHttpOptions"/> are bound to.</summary>
    public const string SectionName = "WasiHttp";

    /// <summary>The name of the <see cref="System.Diagnostics.ActivitySource"/> and of the <see cref="System.Diagnostics.Metrics.Meter"/>.</summary>
    public const string TelemetryName = "Mik.AspNetCore";

    /// <summary>The begin of the logger category of what guests print; the component's name follows it.</summary>
    public const string GuestCategory = "Mik.AspNetCore.Guest.";

    /// <summary>The name of the health check.</summary>
    public const string HealthCheckName = "wasi-http";

    /// <summary>
    /// The name of the HTTP client by which all guests call: handlers that are added to it stand before their calls. Handlers for one component alone are
    /// those of the client <c>Mik.AspNetCore.Guests.NAME</c>.
    /// </summary>
    public const string HttpClientName = "Mik.AspNetCore.Guests";
}
