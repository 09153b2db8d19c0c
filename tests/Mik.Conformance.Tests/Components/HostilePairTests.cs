using Mik.Components.HostBinding;
using Mik.Components.Linking;
using Mik.Fuzz.Tasks;
using Mik.Wasm.Execution;

namespace Mik.Conformance.Tests.Components;

/// <summary>What one of two guests can do to the other, or to the host, by calls: each ends by a trap.</summary>
public sealed class HostilePairTests
{
    [Fact]
    public void Calls_ToAGuestThatLetsNoneBegin_AreBounded()
    {
        var calls = 0;
        var script = new Script((instance, id, _) => (instance, id) switch
        {
            (1, _) => new(TaskStep.BackpressureInc),
            _ => new(TaskStep.Call, ++calls, 0, 64),
        });
        script.Before[1] = [new(TaskStep.BackpressureInc), new(TaskStep.TaskReturn), new(TaskStep.Return)];

        var trap = script.Run();

        Assert.Equal(LimitedResource.Instances, trap.Limit);
        Assert.InRange(calls, 1000, 1010);
    }

    [Fact]
    public void Cancel_OfACallThatGoesOn_EndsWithTheInstance()
    {
        // The outer guest waits for the end of its call, and the inner one yields for ever.
        var yields = 0;
        var script = new Script((instance, _, script) => instance == 0 ? new(TaskStep.SubtaskCancel, 1)
            : ++yields > 1000 ? script.Interrupted(new(TaskStep.Return, 1)) : new(TaskStep.Return, 1));
        script.Before[0] = [new(TaskStep.Call, 1, 0, 64)];

        Assert.Equal(TrapKind.Interrupted, script.Run().Kind);
    }

    [Fact]
    public void Cancel_OfACallThatWaitsForNothing_IsADeadlock()
    {
        var script = new Script((instance, _, _) => instance == 0 ? new(TaskStep.SubtaskCancel, 1) : new(TaskStep.Return, 2 | (1 << 4)));
        script.Before[0] = [new(TaskStep.Call, 1, 0, 64)];
        script.Before[1] = [new(TaskStep.SetNew)];

        Assert.Contains("deadlock", script.Run().Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Cancel_TakenBackBeforeItIsTold_Traps()
    {
        // The inner guest waits inside its code when it is cancelled, so that it cannot know of that.
        var script = new Script((instance, _, _) => instance == 0 ? new(TaskStep.SubtaskCancel, 1) : new(TaskStep.TaskCancel));
        script.Before[0] = [new(TaskStep.Call, 1, 0, 64)];
        script.Before[1] = [new(TaskStep.HostWaitSync, 1)];

        Assert.Contains("has not been cancelled", script.Run().Message, StringComparison.Ordinal);
    }

    /// <summary>Tells two guests what to do.</summary>
    /// <param name="next">What, once the steps before are done: by guest and number of its call.</param>
    private sealed class Script(Func<int, int, Script, TaskOrder> next) : ITaskDriver
    {
        private static readonly CompiledComponent Component = TaskHost.Compile(waits: true);
        private readonly TaskCompletionSource<uint> _late = new();
        private readonly Dictionary<int, int> _steps = [];
        private ComponentInstance? _instance;
        private int _ids;

        /// <summary>The first steps of a guest's first call.</summary>
        public Dictionary<int, TaskOrder[]> Before { get; } = [];

        public Trap Run()
        {
            using var instance = Component.Instantiate(new InstanceOptions { HostContext = this });
            _instance = instance;
            return Assert.ThrowsAny<Trap>(() => instance.GetFunction("run")!.Call(0u, new VariantValue(0, null)));
        }

        /// <summary>The host ends the instance before the step is done.</summary>
        public TaskOrder Interrupted(TaskOrder order)
        {
            _instance!.Interrupt("enough");
            return order;
        }

        public ulong Next(uint who, uint context, ulong value)
        {
            var instance = (int)who >> 8;
            if (context == 0)
            {
                return new TaskOrder(TaskStep.SetContext, ++_ids).Packed;
            }
            var step = _steps.GetValueOrDefault(instance);
            _steps[instance] = step + 1;
            var order = Before.TryGetValue(instance, out var before) && step < before.Length ? before[step] : next(instance, (int)(context & 0xFFFF), this);
            if (order.Step == TaskStep.SubtaskCancel)
            {
                _late.TrySetResult(0);
            }
            return order.Packed;
        }

        public ValueTask<uint> Wait(uint x) => new(_late.Task);
    }
}
