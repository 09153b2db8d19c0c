namespace Mik.AspNetCore.Configuration;

/// <summary>The WASI HTTP components of a program.</summary>
public sealed class WasiHttpOptions
{
    /// <summary>The components, by name.</summary>
    public IDictionary<string, WasiComponentOptions> Components { get; } = new Dictionary<string, WasiComponentOptions>(StringComparer.Ordinal);

    /// <summary>
    /// Functions of the program's own that guests may import: classes with <see cref="Mik.Components.HostBinding.WitInterfaceAttribute"/> or
    /// <see cref="Mik.Components.HostBinding.WitResourceAttribute"/>. The first parameter of a method may be a <see cref="Mik.Wasi.WasiContext"/>, whose
    /// <see cref="Mik.Wasi.WasiContext.Services"/> are the request's.
    /// </summary>
    public IList<Type> HostInterfaces { get; } = [];

    /// <summary>
    /// A folder for the code of components, so that the next start need not translate them; null is none. It must belong to this process' user alone.
    /// </summary>
    public string? CodeCache { get; set; }

    /// <summary>Guests that may run at once, those that wait included, all components together; more wait in line.</summary>
    public int MaxConcurrentGuests { get; set; } = 1000;

    /// <summary>Whether a component is loaded again when its file has changed.</summary>
    public bool ReloadOnChange { get; set; } = true;
}
