namespace Mik.Server.Options;

/// <summary>How much the log takes of what guests and scripts print.</summary>
/// <param name="BytesPerRequest">Of one request.</param>
/// <param name="BytesPerModuleSecond">Of all requests of one module or script, within a second.</param>
internal readonly record struct OutputLimits(long BytesPerRequest, long BytesPerModuleSecond);
