using Microsoft.Extensions.Diagnostics.HealthChecks;
using Mik.AspNetCore.Components;

namespace Mik.AspNetCore.Endpoints;

/// <summary>Unhealthy while a component cannot be loaded. Loads those that nobody has asked for yet.</summary>
internal sealed class WasiHttpHealthCheck(WasiHttpHost host) : IHealthCheck
{
    /// <inheritdoc/>
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        foreach (var component in host.Components)
        {
            try
            {
                await component.GetAsync(cancellationToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                return new HealthCheckResult(
                    context.Registration.FailureStatus, $"The component '{component.Name}' cannot be loaded: {exception.Message}", exception);
            }
        }

        return HealthCheckResult.Healthy();
    }
}
