using System.Reflection;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.Options;
using Mik.Components.HostBinding;
using Mik.Wasi.Http.Egress;

namespace Mik.AspNetCore.Configuration;

/// <summary>Stops the start of a program whose options cannot be used, and says what is wrong.</summary>
internal sealed class WasiHttpOptionsValidator : IValidateOptions<WasiHttpOptions>
{
    // Each may have a thread of its own.
    private const int MostGuests = 100_000;

    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, WasiHttpOptions options)
    {
        var faults = options.Components.SelectMany(component => FaultsOf(component.Key, component.Value)).ToList();
        faults.AddRange(options.HostInterfaces.Select(HostInterfaceFault).OfType<string>());
        if (options.MaxConcurrentGuests is < 1 or > MostGuests)
        {
            faults.Add($"{WasiHttpDefaults.SectionName}:{nameof(options.MaxConcurrentGuests)} must be 1 to {MostGuests}.");
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    // WASI's interfaces are mik's to give.
    private static string? HostInterfaceFault(Type type)
    {
        var name = type.GetCustomAttribute<WitInterfaceAttribute>()?.Name ?? type.GetCustomAttribute<WitResourceAttribute>()?.InterfaceName;
        return name is null
            ? $"{WasiHttpDefaults.SectionName}: {type} of {nameof(WasiHttpOptions.HostInterfaces)} has neither [WitInterface] nor [WitResource]."
            : name.StartsWith("wasi:", StringComparison.Ordinal)
            ? $"{WasiHttpDefaults.SectionName}: {type} of {nameof(WasiHttpOptions.HostInterfaces)} would replace {name}."
            : null;
    }

    private static IEnumerable<string> FaultsOf(string name, WasiComponentOptions options)
    {
        var at = $"{WasiHttpDefaults.SectionName}:Components:{name}:";
        if (string.IsNullOrWhiteSpace(options.Path))
        {
            yield return $"{at}{nameof(options.Path)} is missing: the component's file.";
        }

        if (options.Deadline <= TimeSpan.Zero || options.Deadline > TimeSpan.FromDays(10))
        {
            yield return $"{at}{nameof(options.Deadline)} must be above 0 and at most 10 days.";
        }

        if (options.MemoryLimit < 1 << 16)
        {
            yield return $"{at}{nameof(options.MemoryLimit)} must be 65536 bytes or more.";
        }

        if (options.LogLimit < 0)
        {
            yield return $"{at}{nameof(options.LogLimit)} must be 0 or more.";
        }

        if (!Enum.IsDefined(options.PathSeenByGuest))
        {
            yield return $"{at}{nameof(options.PathSeenByGuest)} must be {string.Join(" or ", Enum.GetNames<GuestPathView>())}.";
        }

        if (RouteFault(options.Route) is { } routeFault)
        {
            yield return $"{at}{nameof(options.Route)}: {routeFault}";
        }

        if (HostFault(options) is { } fault)
        {
            yield return $"{at}{nameof(options.AllowedHosts)}: {fault}";
        }
    }

    private static string? RouteFault(string? route)
    {
        try
        {
            _ = route is null ? null : RoutePatternFactory.Parse(route);
            return null;
        }
        catch (RoutePatternException exception)
        {
            return exception.Message;
        }
    }

    private static string? HostFault(WasiComponentOptions options)
    {
        try
        {
            _ = EgressPolicy.Parse([.. options.AllowedHosts]);
            return null;
        }
        catch (FormatException exception)
        {
            return exception.Message;
        }
    }
}
