namespace Mik.Components.Validation;

/// <summary>Implementation limits: what no real component reaches and a hostile one runs into.</summary>
internal static class ComponentLimits
{
    /// <summary>Components inside components, and component or instance types inside each other.</summary>
    public const int Nesting = 100;

    /// <summary>Depth of a type when written out.</summary>
    public const int TypeDepth = 100;

    /// <summary>Number of parts of a type when written out.</summary>
    public const int TypeSize = 1_000_000;

    /// <summary>Entries of an index space that costs little per entry.</summary>
    public const int Items = 1_000_000;

    /// <summary>Core modules, components and instances of one component.</summary>
    public const int Instances = 1_000;

    /// <summary>Fields, cases, elements or labels of one type; parameters of a function.</summary>
    public const int TypeParts = 10_000;

    /// <summary>Declarations of one component, instance or module type.</summary>
    public const int Declarations = 100_000;

    /// <summary>Arguments or exports of one instance definition.</summary>
    public const int Arguments = 100_000;

    /// <summary>Options of one <c>canon</c> definition.</summary>
    public const int CanonicalOptions = 10;

    /// <summary>Steps that all walks over types may take together. The interfaces of all of WASI take some thousands.</summary>
    public const long Work = 8_000_000;
}
