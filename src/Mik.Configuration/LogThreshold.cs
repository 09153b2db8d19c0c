namespace Mik.Configuration;

/// <summary>How much is logged, from nothing to everything.</summary>
public enum LogThreshold
{
    /// <summary>Nothing.</summary>
    Off,
    /// <summary>What failed.</summary>
    Error,
    /// <summary>And what may be wrong.</summary>
    Warn,
    /// <summary>And what happened.</summary>
    Info,
    /// <summary>And how it came about.</summary>
    Debug,
    /// <summary>And every step.</summary>
    Trace,
}
