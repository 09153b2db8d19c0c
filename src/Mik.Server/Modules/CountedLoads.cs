using Mik.Server.Observability.Metrics;
using Mik.Server.Options;

namespace Mik.Server.Modules;

/// <summary>Loads of modules, counted.</summary>
internal static class CountedLoads
{
    /// <summary>The same loading, counted.</summary>
    public static Func<ModuleConfig, CancellationToken, ModuleModel> Of(Func<ModuleConfig, CancellationToken, ModuleModel> load, ServerMetrics metrics) =>
        (config, cancellationToken) =>
    {
        var counted = metrics.OfModule(config.Name);
        try
        {
            var model = load(config, cancellationToken);
            counted.Loaded(model.LoadTime);
            return model;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            counted.LoadFailed();
            throw;
        }
    };
}
