using Mik.Configuration.Keys;

namespace Mik.Configuration.Model;

/// <summary><c>[modules.NAME]</c>: what holds for one module; what is null is as for all.</summary>
public sealed class ModuleSection
{
    private readonly KeyValues _values;

    internal ModuleSection(KeyValues values) => _values = values;

    /// <summary>Names of the middlewares before it, outermost first.</summary>
    public IReadOnlyList<string>? Middleware => _values.Has(KeyTable.ModuleMiddleware) ? _values.Texts(KeyTable.ModuleMiddleware) : null;

    /// <summary>Requests that may share an instance.</summary>
    public int? ReuseInstances => (int?)_values.IntegerOrNull(KeyTable.ModuleReuseInstances);

    /// <summary>Of those, requests at once.</summary>
    public int? ReuseConcurrency => (int?)_values.IntegerOrNull(KeyTable.ModuleReuseConcurrency);
}
