using System.Collections.Concurrent;
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;
using Mik.Components.HostBinding;
using Mik.Components.Model;
using Mik.Components.Runtime;
using Mik.Wasm.Execution;
using Mik.Wasm.Model;

namespace Mik.Components.Adapters;

/// <summary>
/// Makes a component's adapters: each once, when an instance first needs it, in a collectible assembly that lives as long as
/// the compiled component. Thread-safe.
/// </summary>
/// <param name="timesHostCalls">Whether adapters of host functions tell the instance how long those take.</param>
internal sealed class AdapterEmitter(bool timesHostCalls) : IAdapterSource
{
    // Emitted code may use internal types because this name is a friend of the assemblies that define them.
    private const string AssemblyName = "mik.guest";

    // Which resource a variable stands for is not the same in every instance, so it is looked up by the adapter.
    private static readonly ShapeMatcher AnyResource = new();

    private const int MostCasesInPlace = 16;

    private readonly Lock _gate = new();
    private readonly ModuleBuilder _module = DefineModule();
    private readonly ConcurrentDictionary<AdapterKey, Adapter> _adapters = new();
    private readonly ConcurrentDictionary<(ComponentValueType Type, Type? Clr, bool IsLoad), nint> _elementCode = new();
    private readonly ConcurrentDictionary<ComponentValueType, ElementType> _elements = new();
    private readonly Dictionary<(string Name, ComponentValueType Type, Type Clr, WasmValueType Pointer), MethodInfo> _parts = [];
    private readonly ElementType _nothing = new(null, null);
    private List<AsyncValueType> _types = [];
    private List<CanonLower> _lowerings = [];
    private int _count;

    /// <inheritdoc/>
    public StackShare Stacks { get; } = new();

    /// <summary>What emits for the instance that a function is of. Instances are made with emitters only.</summary>
    public static AdapterEmitter Of(LiftedFunction function) => (AdapterEmitter)function.Scope.Root.Adapters;

    /// <summary>The core function of a <c>canon lower</c> for what it turned out to call.</summary>
    public Adapter Lower(CanonLower definition, LinkedFunction target)
    {
        var method = (target as HostMethodFunction)?.Method;
        var key = new AdapterKey(definition, method);
        return _adapters.TryGetValue(key, out var adapter) ? adapter : GetOrEmit(key, definition.CoreType, () => Define(
            $"lower {target.Name}",
            ReturnType(definition),
            CoreParameters(definition),
            il =>
            {
                if (method is null && definition.Options.IsAsync)
                {
                    LowerAdapter.EmitLinkedAsync(il, this, definition);
                }
                else if (method is null)
                {
                    LowerAdapter.EmitLinked(il, this, definition);
                }
                else
                {
                    LowerAdapter.Emit(il, this, definition, method.Match(definition.Type, AnyResource), timesHostCalls);
                }
            }));
    }

    /// <summary>The core function of <c>canon resource.new</c>, <c>.drop</c> or <c>.rep</c>, a method of <see cref="AdapterOperations"/>.</summary>
    public Adapter Resource(string operation, ResourceVariable resource, FunctionType coreType)
    {
        var key = new AdapterKey(resource, operation);
        return _adapters.TryGetValue(key, out var adapter) ? adapter : GetOrEmit(key, coreType, () => Define(
            $"{operation} {resource.Name}",
            operation == nameof(AdapterOperations.ResourceDrop) ? typeof(void) : typeof(int),
            [typeof(nint), typeof(int)],
            il =>
            {
                il.Emit(OpCodes.Ldarg_0);
                il.Emit(OpCodes.Ldc_I4, resource.Slot);
                il.Emit(OpCodes.Ldarg_1);
                il.Emit(OpCodes.Call, typeof(AdapterOperations).GetMethod(operation)!);
                il.Emit(OpCodes.Ret);
            }));
    }

    /// <summary>The component function of a <c>canon lift</c> with dynamic values.</summary>
    public nint DynamicLift(CanonLift definition)
    {
        var key = new AdapterKey(definition, null);
        return (_adapters.TryGetValue(key, out var adapter) ? adapter : GetOrEmit(key, null, () => Define(
            "lift",
            typeof(object),
            [typeof(LiftedFunction), typeof(InstanceScope), typeof(object?[])],
            il => LiftAdapter.EmitDynamic(il, this, definition)))).Code;
    }

    /// <summary>The component function of a <c>canon lift</c> as a delegate's signature has it.</summary>
    public nint TypedLift(CanonLift definition, DelegateSignature signature)
    {
        var key = new AdapterKey(definition, signature.DelegateType);
        return (_adapters.TryGetValue(key, out var adapter) ? adapter : GetOrEmit(key, null, () =>
        {
            var (parameters, result) = signature.Match(definition.Type, AnyResource);
            return Define(
                "lift",
                signature.ReturnType,
                [typeof(LiftedFunction), .. signature.ParameterTypes],
                il => LiftAdapter.EmitTyped(il, this, definition, parameters, result));
        })).Code;
    }

    /// <summary>The core function of a built-in of async components.</summary>
    public Adapter BuiltIn(CanonBuiltIn definition)
    {
        var key = new AdapterKey(definition, null);
        return _adapters.TryGetValue(key, out var adapter) ? adapter : GetOrEmit(key, definition.CoreType, () => Define(
            definition.BuiltIn.ToString(),
            definition.CoreType.Results is [var result] ? AdapterBody.ClrTypeOf(result) : typeof(void),
            [typeof(nint), .. definition.CoreType.Parameters.ConvertAll(AdapterBody.ClrTypeOf)],
            il => BuiltInAdapter.Emit(il, definition)));
    }

    /// <summary>The first core call of a task, with arguments of given shapes.</summary>
    /// <param name="definition">What is called.</param>
    /// <param name="shapes">Parameters and result in C#; null is the shape of calls between guests.</param>
    public nint TaskStart(CanonLift definition, TaskShapes? shapes)
    {
        var key = new AdapterKey(definition, shapes ?? TaskShapes.StartOfGuests);
        return (_adapters.TryGetValue(key, out var adapter) ? adapter : GetOrEmit(key, null, () =>
        {
            var (parameters, result) = (shapes ?? TaskShapes.Dynamic).Match(definition.Type);
            return Define(
                "start", typeof(int), [typeof(LiftedFunction), typeof(GuestTask), typeof(object?[])],
                il => LiftAdapter.EmitStart(il, this, definition, parameters, result));
        })).Code;
    }

    /// <summary>The code that lifts a task's result from what <c>task.return</c> is given; 0 without a result.</summary>
    public nint TaskResult(CanonLift definition, TaskShapes? shapes)
    {
        if (definition.Type.Result is null)
        {
            return 0;
        }
        var key = new AdapterKey(definition, shapes is null ? TaskShapes.ResultOfGuests : shapes.ResultKey);
        return (_adapters.TryGetValue(key, out var adapter) ? adapter : GetOrEmit(key, null, () => Define(
            "result", typeof(object), [typeof(LiftLowerContext).MakeByRefType(), typeof(nint)],
            il => LiftAdapter.EmitResult(il, this, definition, (shapes ?? TaskShapes.Dynamic).Match(definition.Type).Result!)))).Code;
    }

    /// <inheritdoc/>
    nint IAdapterSource.TaskStart(CanonLift definition) => TaskStart(definition, null);

    /// <inheritdoc/>
    nint IAdapterSource.TaskResult(CanonLift definition) => TaskResult(definition, null);

    /// <summary>The code that lifts one value from memory.</summary>
    /// <param name="type">Its type.</param>
    /// <param name="clr">The C# type that it becomes; null is the shape of calls between guests.</param>
    public nint ElementLoader(ComponentValueType type, Type? clr)
    {
        var key = (type, clr, IsLoad: true);
        return _elementCode.TryGetValue(key, out var code) ? code : _elementCode.GetOrAdd(key, Define(
            "load", typeof(object), [typeof(LiftLowerContext).MakeByRefType(), typeof(nint)],
            il => ElementAdapter.EmitLoad(il, this, ShapeOf(type, clr, Direction.FromGuest))).MethodHandle.GetFunctionPointer());
    }

    /// <summary>The code that lowers one value into memory.</summary>
    /// <param name="type">Its type.</param>
    /// <param name="clr">The C# type that it is of; null is the shape of calls between guests.</param>
    public nint ElementStorer(ComponentValueType type, Type? clr)
    {
        var key = (type, clr, IsLoad: false);
        return _elementCode.TryGetValue(key, out var code) ? code : _elementCode.GetOrAdd(key, Define(
            "store", typeof(void), [typeof(LiftLowerContext).MakeByRefType(), typeof(object), typeof(nint)],
            il => ElementAdapter.EmitStore(il, this, ShapeOf(type, clr, Direction.ToGuest))).MethodHandle.GetFunctionPointer());
    }

    /// <summary>The number by which emitted code names a type.</summary>
    public int SlotOf(AsyncValueType type)
    {
        lock (_gate)
        {
            var slot = _types.IndexOf(type);
            if (slot < 0)
            {
                slot = _types.Count;
                _types = [.. _types, type];
            }
            return slot;
        }
    }

    /// <summary>The number by which emitted code names a lowering.</summary>
    public int SlotOf(CanonLower definition)
    {
        lock (_gate)
        {
            _lowerings = [.. _lowerings, definition];
            return _lowerings.Count - 1;
        }
    }

    /// <summary>The lowering with a number.</summary>
    public CanonLower LoweringAt(int slot) => _lowerings[slot];

    /// <summary>The code that lifts the arguments of an async call between guests.</summary>
    public nint ArgumentsLifter(CanonLower definition)
    {
        var key = new AdapterKey(definition, TaskShapes.StartOfGuests);
        return (_adapters.TryGetValue(key, out var adapter) ? adapter : GetOrEmit(key, null, () => Define(
            "arguments", typeof(object?[]), [typeof(LiftLowerContext).MakeByRefType(), typeof(nint)],
            il => LowerAdapter.EmitArguments(il, this, definition)))).Code;
    }

    /// <summary>The type with a number.</summary>
    public AsyncValueType TypeAt(int slot) => _types[slot];

    /// <summary>What goes through streams and futures of a type without resources.</summary>
    public ElementType ElementOf(ComponentValueType? type) =>
        type is null ? _nothing : _elements.TryGetValue(type, out var element) ? element : _elements.GetOrAdd(type, new ElementType(type, null));

    /// <summary>Emits one static method.</summary>
    public MethodInfo Define(string name, Type returnType, Type[] parameters, Action<ILGenerator> emit)
    {
        lock (_gate)
        {
            var type = _module.DefineType(
                $"adapter{_count++}", TypeAttributes.Public | TypeAttributes.Abstract | TypeAttributes.Sealed);
            var method = type.DefineMethod(name, MethodAttributes.Public | MethodAttributes.Static, returnType, parameters);
            emit(method.GetILGenerator());
            return type.CreateType().GetMethod(name)!;
        }
    }

    /// <summary>
    /// A part of adapters that few calls come to, such as that for all the cases of an error: a method of its own, compiled when it is called.
    /// </summary>
    /// <param name="name">What it does.</param>
    /// <param name="shape">To what.</param>
    /// <param name="pointerType">The type of addresses in the guest's memory.</param>
    /// <param name="returnType">What it gives.</param>
    /// <param name="parameters">What it takes after the call's context.</param>
    /// <param name="emit">Emits it.</param>
    public MethodInfo Part(string name, ValueShape shape, WasmValueType pointerType, Type returnType, Type[] parameters, Action<AdapterBody> emit)
    {
        lock (_gate)
        {
            var key = (name, shape.Type, shape.ClrType, pointerType);
            if (!_parts.TryGetValue(key, out var method))
            {
                _parts[key] = method = Define(
                    name, returnType, [typeof(LiftLowerContext).MakeByRefType(), .. parameters],
                    il => emit(new AdapterBody(il, this, pointerType, getsContext: true)));
            }
            return method;
        }
    }

    /// <summary>Whether code for a variant is a <see cref="Part"/>.</summary>
    public static bool IsApart(CasesShape shape) =>
        shape.Cases.Length > MostCasesInPlace && (shape.Type.Facts.Contains & TypeContents.Resource) == TypeContents.None;

    private static ModuleBuilder DefineModule()
    {
        CollectibleCode.Make();
        return AssemblyBuilder.DefineDynamicAssembly(new AssemblyName(AssemblyName), AssemblyBuilderAccess.RunAndCollect).DefineDynamicModule(AssemblyName);
    }

    private Adapter GetOrEmit(AdapterKey key, FunctionType? coreType, Func<MethodInfo> emit)
    {
        lock (_gate)
        {
            if (!_adapters.TryGetValue(key, out var adapter))
            {
                var code = emit().MethodHandle.GetFunctionPointer();
                _adapters[key] = adapter = new Adapter(code, coreType is null ? 0 : TypeRegistry.IdOf(coreType));
            }
            return adapter;
        }
    }

    private static ValueShape ShapeOf(ComponentValueType type, Type? clr, Direction direction) =>
        clr is null ? DynamicShapes.Of(type) : AnyResource.Match(type, clr, direction);

    private static Type ReturnType(CanonLower definition) =>
        definition.CoreType.Results is [var result] ? AdapterBody.ClrTypeOf(result) : typeof(void);

    private static Type[] CoreParameters(CanonLower definition) =>
        [typeof(nint), .. definition.CoreType.Parameters.ConvertAll(AdapterBody.ClrTypeOf)];

    /// <summary>A definition and what it is adapted to, both by identity.</summary>
    private readonly record struct AdapterKey(object Definition, object? Target)
    {
        public bool Equals(AdapterKey other) => ReferenceEquals(Definition, other.Definition) && ReferenceEquals(Target, other.Target);

        public override int GetHashCode() => HashCode.Combine(RuntimeHelpers.GetHashCode(Definition), RuntimeHelpers.GetHashCode(Target));
    }
}

/// <summary>Emitted code.</summary>
/// <param name="Code">Its entry point.</param>
/// <param name="TypeId">For core functions, the number of their type.</param>
internal sealed record Adapter(nint Code, int TypeId);
