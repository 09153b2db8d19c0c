using Mik.Wasm.Model;

namespace Mik.Components.Model;

/// <summary>
/// One definition of a component. A component's definitions, walked in order, are its instantiation: each appends what it
/// makes to the index space of its <see cref="Sort"/>, and names earlier items by their indices in those spaces.
/// Validation has checked every index, name and type. Items of the type spaces have no value at run time, except that an
/// entry of the type space which is a resource stands for a resource type.
/// </summary>
/// <param name="Sort">The index space that the definition appends one item to.</param>
internal abstract record Definition(Sort Sort);

/// <summary>A core module inside the component.</summary>
internal sealed record CoreModuleDefinition(WasmModule Module) : Definition(Sort.CoreModule);

/// <summary>A core type; nothing to do at run time.</summary>
internal sealed record CoreTypeDefinition(DefinedType Type) : Definition(Sort.CoreType);

/// <summary>An argument of a core instantiation: every export of the instance becomes an import of module name <paramref name="Name"/>.</summary>
internal readonly record struct CoreArgument(string Name, int InstanceIndex);

/// <summary>Instantiates a core module.</summary>
internal sealed record CoreInstantiation(int ModuleIndex, CoreArgument[] Arguments) : Definition(Sort.CoreInstance)
{
    private const int Few = 8;

    private readonly Dictionary<string, int>? _instances =
        Arguments.Length > Few ? Arguments.ToDictionary(argument => argument.Name, argument => argument.InstanceIndex, StringComparer.Ordinal) : null;

    /// <summary>The instance that is given for a module name, which must be one of the arguments'.</summary>
    public int InstanceOf(string name)
    {
        if (_instances is not null)
        {
            return _instances[name];
        }
        foreach (var argument in Arguments)
        {
            if (argument.Name == name)
            {
                return argument.InstanceIndex;
            }
        }
        throw new KeyNotFoundException(name);
    }
}

/// <summary>A named reference to an earlier item.</summary>
internal readonly record struct NamedItem(string Name, Sort Sort, int Index);

/// <summary>A core instance made of existing core items.</summary>
internal sealed record CoreInlineInstance(NamedItem[] Exports) : Definition(Sort.CoreInstance);

/// <summary>Takes an export out of a core instance.</summary>
internal sealed record CoreExportAlias(Sort Sort, int InstanceIndex, string Name) : Definition(Sort);

/// <summary>A component inside the component.</summary>
internal sealed record ComponentDefinition(Component Component) : Definition(Sort.Component);

/// <summary>Instantiates a component; arguments that it does not import are given but unused.</summary>
internal sealed record ComponentInstantiation(int ComponentIndex, NamedItem[] Arguments) : Definition(Sort.Instance);

/// <summary>An instance made of existing items.</summary>
internal sealed record InlineInstance(NamedItem[] Exports) : Definition(Sort.Instance);

/// <summary>Takes an export out of an instance.</summary>
internal sealed record ExportAlias(Sort Sort, int InstanceIndex, string Name) : Definition(Sort);

/// <summary>
/// Takes an item of an enclosing component: <paramref name="Count"/> 0 is the component itself. Sort core module or component
/// (captured when the enclosing component is instantiated), or a type without resources unless the count is 0.
/// </summary>
internal sealed record OuterAlias(Sort Sort, int Count, int Index) : Definition(Sort);

/// <summary>A type that is not a resource definition; nothing to do at run time.</summary>
internal sealed record TypeDefinition(DefinedType Type) : Definition(Sort.Type);

/// <summary>A resource type; each instance of the component makes a new one.</summary>
/// <param name="Variable">How the component's types refer to it.</param>
/// <param name="Representation">The core type of representations: <c>i32</c>.</param>
/// <param name="Destructor">The core function that gets the representation when the last owner drops it, or null.</param>
internal sealed record ResourceDefinition(ResourceVariable Variable, WasmValueType Representation, int? Destructor) : Definition(Sort.Type);

/// <summary><c>canon lift</c>: makes a component function of a core function.</summary>
/// <param name="CoreFunction">The core function's index.</param>
/// <param name="Options">The options.</param>
/// <param name="Type">The component function's type.</param>
/// <param name="CoreType">The core function's type: <paramref name="Type"/> flattened.</param>
internal sealed record CanonLift(int CoreFunction, CanonicalOptions Options, ComponentFunctionType Type, FunctionType CoreType)
    : Definition(Sort.Function);

/// <summary><c>canon lower</c>: makes a core function of a component function.</summary>
/// <param name="Function">The component function's index.</param>
/// <param name="Options">The options.</param>
/// <param name="Type">The component function's type.</param>
/// <param name="CoreType">The core function's type: <paramref name="Type"/> flattened.</param>
internal sealed record CanonLower(int Function, CanonicalOptions Options, ComponentFunctionType Type, FunctionType CoreType)
    : Definition(Sort.CoreFunction);

/// <summary><c>canon resource.new</c>: core function (representation) → handle.</summary>
internal sealed record CanonResourceNew(ResourceVariable Resource, FunctionType CoreType) : Definition(Sort.CoreFunction);

/// <summary><c>canon resource.drop</c>: core function (handle) → ().</summary>
internal sealed record CanonResourceDrop(ResourceVariable Resource, FunctionType CoreType) : Definition(Sort.CoreFunction);

/// <summary><c>canon resource.rep</c>: core function (handle) → representation.</summary>
internal sealed record CanonResourceRep(ResourceVariable Resource, FunctionType CoreType) : Definition(Sort.CoreFunction);

/// <summary>An import.</summary>
internal sealed record ImportDefinition(ExternName Name, ExternType Type) : Definition(Type.Sort);

/// <summary>An export; it also appends the item (under the ascribed type) to the index space of its sort.</summary>
internal sealed record ExportDefinition(ExternName Name, Sort Sort, int Index, ExternType Type) : Definition(Sort);
