namespace Mik.Fuzz.Tasks;

/// <content>Which task goes on, and what must be heard next.</content>
internal sealed partial class TaskModel
{
    private void Block(ModelTask task, ModelWait wait)
    {
        task.Wait = wait;
        if (wait is ModelWait.Set or ModelWait.Yield or ModelWait.Subtask && task.IsReady)
        {
            (_undecided, Running) = (task, null);
            return;
        }
        Unwind();
    }

    // The running code has returned or waits: whoever is below it goes on.
    private void Unwind()
    {
        while (_below.Count > 0)
        {
            var (kind, task, call) = _below[^1];
            _below.RemoveAt(_below.Count - 1);
            Running = task;
            if (call.IsResolved)
            {
                call.Take();
                ExpectResult(
                    kind switch { Below.Call => ModelSubtask.Returned, Below.Cancel => (uint)call.State, _ => call.Callee!.IsPlain ? (uint)call.Value : 0u });
                return;
            }
            if (kind == Below.Call)
            {
                if (call.Callee is { IsStarted: false, Stream: > 0 } && Instances[0].Handles[call.Callee.Stream] is ModelEnd end)
                {
                    end.IsPromised = true;
                }
                Announce(task, call);
                return;
            }
            call.HasSyncWaiter |= kind == Below.Cancel;
            (task.Subtask, task.Wait) = (call, ModelWait.Subtask);
        }
        Running = null;
        _expected = null;
    }

    // The host did its part some time ago, and now its guest knows.
    private void Tell(ModelSubtask call)
    {
        if (call is { IsHostDone: true, IsResolved: false })
        {
            HostCalls.Remove(call);
            call.Return(0, HostResult(call.X));
        }
    }

    // Nothing ran: which task is it that goes on?
    private string? GoOn(ModelInstance instance, TaskNews news, int id, ulong value)
    {
        var task = news is TaskNews.Start or TaskNews.PlainStart
            ? instance.Entering.Find(entering => entering.X == (int)(value & 0xFFFFFF) && entering.IsPlain == (news == TaskNews.PlainStart))
            : Tasks.Find(waiting => waiting.Instance == instance && waiting.Id == id && waiting.IsStarted);
        if (task is not { IsReady: true })
        {
            return $"{news} of {id} in {instance.Number}, which cannot go on: {task?.Wait}";
        }
        try
        {
            GoOn(task);
        }
        catch (ModelTrap)
        {
            return "expected a trap when the call begins";
        }
        return _expected!(news, value);
    }

    private void GoOn(ModelTask task)
    {
        switch (task.Wait)
        {
            case ModelWait.Entering:
                task.Instance.Entering.Remove(task);
                Start(task);
                break;
            case ModelWait.CallbackSet or ModelWait.CallbackYield:
                var set = task.Set;
                Resume(task);
                if (task.IsCancelPending)
                {
                    DeliverCancel(task);
                }
                else if (set is null)
                {
                    Expect(TaskNews.Event, ModelEvent.None.Packed);
                }
                else
                {
                    ExpectEventOf(set, null, 0, TaskNews.Event);
                }
                break;
            case ModelWait.Set:
                (var waited, task.Set, task.Wait, Running) = (task.Set!, null, ModelWait.None, task);
                waited.Waiters--;
                ExpectEventOf(waited, task.Instance, task.Address, TaskNews.Result);
                break;
            case ModelWait.Yield:
                (task.Wait, Running) = (ModelWait.None, task);
                ExpectResult(0);
                break;
            case ModelWait.Subtask:
                var call = task.Subtask!;
                (task.Subtask, task.Wait, Running) = (null, ModelWait.None, task);
                var isCancel = call.HasSyncWaiter;
                call.HasSyncWaiter = false;
                Tell(call);
                call.Take();
                ExpectResult(isCancel ? (uint)call.State : call.Callee is { IsPlain: false } ? 0u : (uint)call.Value);
                break;
        }
    }

    private void Resume(ModelTask task)
    {
        if (task.Set is { } set)
        {
            set.Waiters--;
        }
        (task.Set, task.Wait, Running) = (null, ModelWait.None, task);
        task.Instance.Exclusive = task;
    }

    private void ExpectResult(ulong value) => Expect(TaskNews.Result, value);

    private void Expect(TaskNews news, ulong value) =>
        _expected = (heard, got) => heard == news && got == value ? null : $"expected {news} {value:x}, got {heard} {got:x}";

    // Any of those that a set has, in memory too when that is where it goes.
    private void ExpectEventOf(ModelSet set, ModelInstance? memory, int address, TaskNews news) => _expected = (heard, got) =>
    {
        var told = ModelEvent.None;
        if (set.HasEvent || (got & 0xFF) != 0)
        {
            if (set.Members.Find(member => member.MayHaveEvent && member.Index == (int)((got >> 8) & 0xFFFFFF)) is not { } member)
            {
                return $"expected an event of the set, got {heard} {got:x}";
            }
            if (member is ModelSubtask call)
            {
                Tell(call);
            }
            told = member.Take();
        }
        memory?.Store(address, told.Index);
        memory?.Store(address + 4, told.Payload);
        return heard == news && got == told.Packed ? null : $"expected {news} {told}, got {heard} {got:x}";
    };
}
