using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Mik.AspNetCore.Configuration;

/// <summary>Reads the options from a program's configuration. What cannot be read stops the start: the binder would leave out the component.</summary>
internal static class WasiHttpSection
{
    /// <summary>Reads them.</summary>
    /// <exception cref="OptionsValidationException">A value is none of its type, or a key is not known.</exception>
    public static void Bind(WasiHttpOptions options, IConfiguration configuration)
    {
        try
        {
            configuration.GetSection(WasiHttpDefaults.SectionName).Bind(options, binder => binder.ErrorOnUnknownConfiguration = true);
        }
        catch (InvalidOperationException exception)
        {
            throw new OptionsValidationException(Options.DefaultName, typeof(WasiHttpOptions), Messages(exception));
        }
    }

    // Faults within a component come in one that says only that there are some.
    private static IEnumerable<string> Messages(Exception exception) => exception switch
    {
        AggregateException many => many.InnerExceptions.SelectMany(Messages),
        { InnerException: InvalidOperationException or AggregateException } outer => Messages(outer.InnerException),
        _ => [$"{WasiHttpDefaults.SectionName}: {exception.Message}"],
    };
}
