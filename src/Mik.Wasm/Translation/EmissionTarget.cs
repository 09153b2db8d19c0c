using System.Globalization;
using System.Reflection;
using System.Reflection.Emit;
using Mik.Wasm.Execution;

namespace Mik.Wasm.Translation;

/// <summary>The assembly that the methods of a module are emitted into.</summary>
internal sealed class EmissionTarget
{
    /// <summary>The name that lets emitted code use internal members (<c>InternalsVisibleTo</c>).</summary>
    public const string AssemblyName = GuestStack.AssemblyName;

    private readonly ModuleBuilder _module;

    private EmissionTarget(AssemblyBuilder assembly)
    {
        Assembly = assembly;
        _module = assembly.DefineDynamicModule(AssemblyName);
    }

    /// <summary>The assembly.</summary>
    public AssemblyBuilder Assembly { get; }

    /// <summary>An assembly in memory: optimized on first call, unloaded with its last user.</summary>
    public static EmissionTarget Collectible()
    {
        CollectibleCode.Make();
        return new(AssemblyBuilder.DefineDynamicAssembly(new AssemblyName(AssemblyName), AssemblyBuilderAccess.RunAndCollect));
    }

    /// <summary>An assembly that can be saved and does not run before that.</summary>
    public static EmissionTarget Persisted() => new(new PersistedAssemblyBuilder(new AssemblyName(AssemblyName), typeof(object).Assembly));

    /// <summary>A static class for emitted methods.</summary>
    public TypeBuilder DefineClass(int number) => _module.DefineType(
        ClassName(number), TypeAttributes.NotPublic | TypeAttributes.Abstract | TypeAttributes.Sealed);

    /// <summary>The name of a class.</summary>
    public static string ClassName(int number) => string.Create(CultureInfo.InvariantCulture, $"{GuestStack.ClassPrefix}{number}");

    /// <summary>The number of the class with a name.</summary>
    public static int NumberOf(string className) => int.Parse(className.AsSpan(GuestStack.ClassPrefix.Length), CultureInfo.InvariantCulture);
}
