using Mik.Components.Adapters;
using Mik.Components.HostBinding;
using Mik.Components.Runtime;

namespace Mik.Components.Linking;

/// <summary>An exported async function of a component, with the C# types by which the host calls it.</summary>
/// <param name="compiled">The component.</param>
/// <param name="export">The exported interface.</param>
/// <param name="function">The function's name in WIT.</param>
/// <param name="shapes">The C# types.</param>
internal sealed class AsyncExport(CompiledComponent compiled, string export, string function, TaskShapes shapes)
{
    // Instances of one compiled component lift the same definition, so one entry is enough.
    private Adapters? _adapters;

    /// <summary>Begins a call: what follows is done in turns of the instance's loop, the first of which has begun with this.</summary>
    /// <exception cref="Wasm.Execution.Trap">The guest was ended.</exception>
    public GuestTask Start(ComponentInstance instance, ITaskCaller caller)
    {
        if (instance.Compiled != compiled)
        {
            throw new ArgumentException("the instance is of another component than the export", nameof(instance));
        }
        var lifted = (LiftedFunction)((InstanceItems)instance.Exports[export])[function];
        var adapters = _adapters;
        if (adapters is null || !ReferenceEquals(adapters.Definition, lifted.Definition))
        {
            var emitter = AdapterEmitter.Of(lifted);
            _adapters = adapters = new Adapters(lifted.Definition, emitter.TaskStart(lifted.Definition, shapes), emitter.TaskResult(lifted.Definition, shapes));
        }
        instance.BeginCall();
        try
        {
            var task = new GuestTask(lifted, adapters.Start, adapters.Result, caller);
            task.Begin();
            return task;
        }
        finally
        {
            instance.EndCall();
        }
    }

    private sealed record Adapters(Model.CanonLift Definition, nint Start, nint Result);
}
