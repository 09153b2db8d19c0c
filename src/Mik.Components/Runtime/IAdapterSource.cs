using Mik.Components.Model;

namespace Mik.Components.Runtime;

/// <summary>The emitted code of a component, for those who run it: each piece is emitted when it is first asked for.</summary>
internal interface IAdapterSource
{
    /// <summary>The component function of a <c>canon lift</c> with dynamic values.</summary>
    nint DynamicLift(CanonLift definition);

    /// <summary>The first core call of a task, with arguments as other guests give them.</summary>
    nint TaskStart(CanonLift definition);

    /// <summary>The code that lifts a task's result, as other guests take it, from what <c>task.return</c> is given; 0 without a result.</summary>
    nint TaskResult(CanonLift definition);

    /// <summary>The code that lifts the arguments of an async call between guests.</summary>
    nint ArgumentsLifter(CanonLower definition);

    /// <summary>The code that lifts one value from memory.</summary>
    /// <param name="type">Its type.</param>
    /// <param name="clr">The C# type that it becomes; null is the shape of calls between guests.</param>
    nint ElementLoader(ComponentValueType type, Type? clr);

    /// <summary>The code that lowers one value into memory.</summary>
    /// <param name="type">Its type.</param>
    /// <param name="clr">The C# type that it is of; null is the shape of calls between guests.</param>
    nint ElementStorer(ComponentValueType type, Type? clr);

    /// <summary>What goes through streams and futures of a type without resources.</summary>
    ElementType ElementOf(ComponentValueType? type);

    /// <summary>The type that emitted code names by a number.</summary>
    AsyncValueType TypeAt(int slot);

    /// <summary>The lowering that emitted code names by a number.</summary>
    CanonLower LoweringAt(int slot);

    /// <summary>What the component's instances have of all threads.</summary>
    StackShare Stacks { get; }
}
