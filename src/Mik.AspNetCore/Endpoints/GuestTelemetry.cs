using System.Diagnostics;
using System.Diagnostics.Metrics;
using Mik.AspNetCore.Configuration;

namespace Mik.AspNetCore.Endpoints;

/// <summary>Spans and figures of guests, for whoever listens.</summary>
internal sealed class GuestTelemetry
{
    private static readonly ActivitySource Source = new(WasiHttpDefaults.TelemetryName);

    private readonly Histogram<double> _duration;

    /// <summary>Instruments of a program.</summary>
    public GuestTelemetry(IMeterFactory meters) => _duration = meters
        .Create(WasiHttpDefaults.TelemetryName)
        .CreateHistogram<double>("mik.guest.duration", "s", "Time from a request's arrival at a component to its end.");

    /// <summary>Begins the span of a guest below the request's; null while nobody listens.</summary>
    public static Activity? Begin(string component) => Source.HasListeners() ? Source.StartActivity($"guest {component}") : null;

    /// <summary>Counts a request.</summary>
    /// <param name="component">Name of the component.</param>
    /// <param name="startedAt">When it began.</param>
    /// <param name="error">How it failed; null when it did not.</param>
    public void Count(string component, long startedAt, WasiHttpError? error)
    {
        if (_duration.Enabled)
        {
            var tags = new TagList { { "mik.component", component } };
            if (error is { } failure)
            {
                tags.Add("error.type", failure.ToString());
            }

            _duration.Record(Stopwatch.GetElapsedTime(startedAt).TotalSeconds, tags);
        }
    }
}
