using Mik.Components.Decoding;
using Mik.Components.HostBinding;
using Mik.Components.Linking;
using Mik.Components.Model;

namespace Mik.Fuzz.Tasks;

/// <summary>Says what the guests of <see cref="TaskComponent"/> do.</summary>
internal interface ITaskDriver
{
    /// <summary>What a guest does next; called by its core code.</summary>
    ulong Next(uint who, uint context, ulong value);

    /// <summary>The host's async function.</summary>
    ValueTask<uint> Wait(uint x);
}

/// <summary>What the guests import.</summary>
internal static class TaskHost
{
    /// <summary>The component, ready to be run with a driver as its host's context.</summary>
    public static CompiledComponent Compile(bool waits)
    {
        var linker = new Linker();
        foreach (var (name, method) in (ReadOnlySpan<(string, string)>)[("next", nameof(Next)), ("wait", nameof(Wait))])
        {
            linker.Define(name, new ComponentFunction(new HostMethodFunction(name, new HostMethod(typeof(TaskHost).GetMethod(method)!))));
        }
        return CompiledComponent.Compile(Component.Load(TaskComponent.Build(waits)), linker);
    }

    /// <inheritdoc cref="ITaskDriver.Next"/>
    public static ulong Next(ITaskDriver driver, uint who, uint context, ulong value) => driver.Next(who, context, value);

    /// <inheritdoc cref="ITaskDriver.Wait"/>
    public static ValueTask<uint> Wait(ITaskDriver driver, uint x, CancellationToken cancellationToken) =>
        cancellationToken.IsCancellationRequested ? ValueTask.FromCanceled<uint>(cancellationToken) : driver.Wait(x);
}
