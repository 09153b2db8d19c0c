namespace Mik.Fuzz.Tasks;

/// <content>Calls of the host and of the other guest, and how they are cancelled.</content>
internal sealed partial class TaskModel
{
    private void CallHost(ModelTask task, int x, int address)
    {
        Check(address <= task.Instance.Memory.Length - 4 && address % 4 <= 0);
        var call = new ModelSubtask(task.Instance, address, givesOption: false) { X = x };
        call.Move(ModelSubtask.Started);
        if (x % 2 == 0)
        {
            // The host does it at once.
            call.Return(0, HostResult(x));
            call.IsDelivered = true;
            ExpectResult(address >= 0 ? ModelSubtask.Returned : (uint)HostResult(x));
            return;
        }
        HostCalls.Add(call);
        if (address < 0)
        {
            task.Subtask = call;
            Block(task, ModelWait.Subtask);
            return;
        }
        Announce(task, call);
    }

    /// <summary>What the host gives for a number.</summary>
    public static int HostResult(int x) => x * 7;

    private void Announce(ModelTask task, ModelSubtask call)
    {
        var index = task.Instance.Add(call);
        call.Announce();
        ExpectResult((uint)call.State | ((ulong)(uint)index << 4));
    }

    private void CallGuest(ModelTask task, int x, int stream, int address, bool isPlain, bool isSync)
    {
        Check(address <= task.Instance.Memory.Length - 8 && address % 4 <= 0);
        var call = new ModelSubtask(task.Instance, address, givesOption: !isPlain);
        var callee = new ModelTask(Instances[1], isPlain, x, stream, call);
        (call.Callee, call.IsSync) = (callee, isSync);
        Tasks.Add(callee);
        _below.Add((isSync ? Below.CallSync : Below.Call, task, call));
        Enter(callee);
    }

    private void Enter(ModelTask task)
    {
        task.Wait = ModelWait.Entering;
        if (task.Instance.Entering.Count == 0 && task.IsReady)
        {
            Start(task);
            return;
        }
        task.Instance.Entering.Add(task);
        Unwind();
    }

    private void Start(ModelTask task)
    {
        task.IsStarted = true;
        task.Wait = ModelWait.None;
        task.Caller?.Move(ModelSubtask.Started);
        var handle = 0;
        if (task.Stream > 0)
        {
            handle = Move(EndOf(Instances[0], task.Stream, isFuture: false, isReadable: true), task.Instance);
        }
        task.Instance.Exclusive = task;
        Running = task;
        Expect(
            task.IsPlain ? TaskNews.PlainStart : TaskNews.Start,
            (uint)task.X | (handle > 0 ? 1ul << 24 : 0) | ((ulong)(uint)handle << 32));
    }

    private void CancelSubtask(ModelTask task, ModelSubtask call)
    {
        Check(call is { IsDelivered: false, IsCancelAsked: false, Set: null, HasSyncWaiter: false });
        if (call.IsResolved)
        {
            ExpectResult((uint)call.Take().Payload);
            return;
        }
        call.IsCancelAsked = true;
        if (call.Callee is not { } callee)
        {
            CancelHostCall(call);
            return;
        }
        if (!callee.IsStarted)
        {
            callee.Instance.Entering.Remove(callee);
            (callee.HasEnded, callee.IsResolved) = (true, true);
            Tasks.Remove(callee);
            if (callee.Stream > 0 && Instances[0].Handles[callee.Stream] is ModelEnd end)
            {
                end.IsPromised = false;
            }
            call.Move(ModelSubtask.CancelledBeforeStarted);
            ExpectResult((uint)call.Take().Payload);
            return;
        }
        if (callee.Wait is ModelWait.CallbackSet or ModelWait.CallbackYield && callee.Instance.Exclusive is null)
        {
            _below.Add((Below.Cancel, task, call));
            Resume(callee);
            DeliverCancel(callee);
            return;
        }
        callee.IsCancelPending = true;
        WaitForEnd(task, call);
    }

    private void CancelHostCall(ModelSubtask call)
    {
        HostCalls.Remove(call);
        var isDone = call.IsHostDone;
        _expected = (news, value) =>
        {
            // One that is done, of which nobody was told, may be either.
            if (news != TaskNews.Result || (value != ModelSubtask.CancelledBeforeReturned && !(isDone && value == ModelSubtask.Returned)))
            {
                return $"expected the end of a call of the host, got {news} {value}";
            }
            if (value == ModelSubtask.Returned)
            {
                call.Return(0, HostResult(call.X));
            }
            else
            {
                call.Move(ModelSubtask.CancelledBeforeReturned);
            }
            call.Take();
            return null;
        };
    }

    private void WaitForEnd(ModelTask task, ModelSubtask call)
    {
        call.HasSyncWaiter = true;
        task.Subtask = call;
        Block(task, ModelWait.Subtask);
    }
}
