using Mik.Components.Model;

namespace Mik.Components.Linking;

/// <summary>
/// Bounds the code that adapters of one component become. A type is written out where it is used, and a few bytes of a
/// component can say a type of a million parts, or a million functions.
/// </summary>
internal sealed class AdapterLimits
{
    /// <summary>Parts of the parameters and the result of one function, written out.</summary>
    public const int FunctionParts = 5_000;

    /// <summary>The same for all functions that a component lifts and lowers, with <see cref="FunctionCost"/> for each.</summary>
    public const int ComponentParts = 500_000;

    private const int FunctionCost = 20;
    private long _parts;

    /// <summary>Checks a component and those inside.</summary>
    /// <exception cref="ComponentLinkException">A function or all of them together are too much.</exception>
    public static void Check(Component component) => new AdapterLimits().Add(component);

    private void Add(Component component)
    {
        foreach (var definition in component.Definitions)
        {
            switch (definition)
            {
                case CanonLift lift:
                    Add(lift.Type);
                    break;
                case CanonLower lower:
                    Add(lower.Type);
                    break;
                case CanonBuiltIn builtIn:
                    Add((builtIn.Type?.Facts.Nodes ?? 0) + (builtIn.Result?.Facts.Nodes ?? 0));
                    break;
                case CanonResourceNew or CanonResourceDrop or CanonResourceRep:
                    Add(0);
                    break;
                case ComponentDefinition nested:
                    Add(nested.Component);
                    break;
            }
        }
    }

    private void Add(ComponentFunctionType type)
    {
        long parts = type.Result?.Facts.Nodes ?? 0;
        foreach (var parameter in type.Parameters.AsSpan())
        {
            parts += parameter.Type.Facts.Nodes;
        }
        Add(parts);
    }

    private void Add(long parts)
    {
        _parts += parts + FunctionCost;
        if (parts > FunctionParts)
        {
            throw TooMuch("a function's type", parts, FunctionParts);
        }
        if (_parts > ComponentParts)
        {
            throw TooMuch("the types of all functions together", _parts, ComponentParts);
        }
    }

    private static ComponentLinkException TooMuch(string what, long parts, int limit) =>
        new([new LinkProblem("component", $"{what} has {parts} parts, and {limit} is the limit")]);
}
