using System.Collections.Concurrent;
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;
using Mik.Components.HostBinding;
using Mik.Components.Linking;
using Mik.Components.Model;
using Mik.Wasm.Model;

namespace Mik.Components.CanonicalAbi;

/// <summary>
/// Makes a component's adapters: each once, when an instance first needs it, in a collectible assembly that lives as long as
/// the compiled component. Thread-safe.
/// </summary>
/// <param name="timesHostCalls">Whether adapters of host functions tell the instance how long those take.</param>
internal sealed class AdapterEmitter(bool timesHostCalls)
{
    // Emitted code may use internal types because this name is a friend of the assemblies that define them.
    private const string AssemblyName = "mik.guest";

    // Which resource a variable stands for is not the same in every instance, so it is looked up by the adapter.
    private static readonly ShapeMatcher AnyResource = new();

    private readonly Lock _gate = new();
    private readonly ModuleBuilder _module = AssemblyBuilder
        .DefineDynamicAssembly(new AssemblyName(AssemblyName), AssemblyBuilderAccess.RunAndCollect)
        .DefineDynamicModule(AssemblyName);
    private readonly ConcurrentDictionary<AdapterKey, Adapter> _adapters = new();
    private int _count;

    /// <summary>The core function of a <c>canon lower</c> for what it turned out to call.</summary>
    public Adapter Lower(CanonLower definition, ComponentFunction target)
    {
        var method = (target as HostMethodFunction)?.Method;
        var key = new AdapterKey(definition, method);
        return _adapters.TryGetValue(key, out var adapter) ? adapter : GetOrEmit(key, definition.CoreType, () => Define(
            $"lower {target.Name}",
            ReturnType(definition),
            CoreParameters(definition),
            il =>
            {
                if (method is null)
                {
                    LowerAdapter.EmitLinked(il, definition);
                }
                else
                {
                    LowerAdapter.Emit(il, definition, method.Match(definition.Type, AnyResource), timesHostCalls);
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
            il => LiftAdapter.EmitDynamic(il, definition)))).Code;
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
                il => LiftAdapter.EmitTyped(il, definition, parameters, result));
        })).Code;
    }

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

    private static Type ReturnType(CanonLower definition) =>
        definition.CoreType.Results is [var result] ? AdapterBody.ClrTypeOf(result) : typeof(void);

    private static Type[] CoreParameters(CanonLower definition) =>
        [typeof(nint), .. definition.CoreType.Parameters.Select(AdapterBody.ClrTypeOf)];

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
