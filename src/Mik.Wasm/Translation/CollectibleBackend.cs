using System.Globalization;
using System.Reflection;
using System.Reflection.Emit;

namespace Mik.Wasm.Translation;

/// <summary>Makes the assembly of a module in memory: optimized on first call, unloaded with its last user.</summary>
internal sealed class CollectibleBackend
{
    /// <summary>The name that lets emitted code use internal members (<c>InternalsVisibleTo</c>).</summary>
    public const string AssemblyName = Execution.GuestStack.AssemblyName;

    private readonly ModuleBuilder _module = AssemblyBuilder
        .DefineDynamicAssembly(new AssemblyName(AssemblyName), AssemblyBuilderAccess.RunAndCollect)
        .DefineDynamicModule(AssemblyName);

    /// <summary>A static class for emitted methods.</summary>
    public TypeBuilder DefineClass(int number) => _module.DefineType(
        string.Create(CultureInfo.InvariantCulture, $"Guest{number}"),
        TypeAttributes.NotPublic | TypeAttributes.Abstract | TypeAttributes.Sealed);
}
