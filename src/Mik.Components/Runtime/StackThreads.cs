namespace Mik.Components.Runtime;

/// <summary>
/// Threads for stacks of tasks, which are kept for a while when their work is done. There is a bound on all of them, of which one component has a part at most,
/// and nobody waits for one.
/// </summary>
internal static class StackThreads
{
    /// <summary>Most of one component, in all its instances.</summary>
    public const int MaximumShare = Maximum / 8;

    private const int Maximum = 512;
    private const int HostStackBytes = 2 << 20;

    private static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(10);
    private static readonly Lock Gate = new();
    private static readonly LinkedList<Worker> Idle = new();
    private static int _count;

    /// <summary>Starts work on a thread whose stack has room for a guest's; false when there are enough threads, or enough of one component.</summary>
    /// <param name="work">What is done.</param>
    /// <param name="stackBytes">What the guest may use of the stack.</param>
    /// <param name="share">What the component has of all threads.</param>
    public static bool TryStart(Action work, int stackBytes, StackShare share)
    {
        Worker worker;
        lock (Gate)
        {
            if (share.Threads >= MaximumShare)
            {
                return false;
            }
            if (Idle.Last is { } last && last.Value.StackBytes >= stackBytes)
            {
                Idle.RemoveLast();
                worker = last.Value;
            }
            else if (_count < Maximum && Worker.TryMake(stackBytes) is { } made)
            {
                _count++;
                worker = made;
            }
            else
            {
                return false;
            }
            share.Threads++;
        }
        worker.Begin(work, share);
        return true;
    }

    private sealed class Worker
    {
        private readonly object _gate = new();
        private readonly LinkedListNode<Worker> _place;
        private Action? _work;
        private StackShare? _share;

        private Worker(int stackBytes)
        {
            StackBytes = stackBytes;
            _place = new LinkedListNode<Worker>(this);
        }

        public int StackBytes { get; }

        /// <summary>A worker on a thread of its own; null when the system gives no thread.</summary>
        public static Worker? TryMake(int stackBytes)
        {
            var worker = new Worker(stackBytes);
            try
            {
                new Thread(worker.Run, stackBytes + HostStackBytes) { IsBackground = true, Name = "mik stack" }.Start();
                return worker;
            }
            catch (Exception exception) when (exception is OutOfMemoryException or ThreadStartException)
            {
                return null;
            }
        }

        public void Begin(Action work, StackShare share)
        {
            lock (_gate)
            {
                (_work, _share) = (work, share);
                Monitor.Pulse(_gate);
            }
        }

        private void Run()
        {
            while (true)
            {
                if (TakeWork() is { } work)
                {
                    work();
                    lock (Gate)
                    {
                        _share!.Threads--;
                        _share = null;
                        Idle.AddLast(_place);
                    }
                }
                else if (TryLeave())
                {
                    return;
                }
            }
        }

        private Action? TakeWork()
        {
            lock (_gate)
            {
                if (_work is null)
                {
                    Monitor.Wait(_gate, IdleTime);
                }
                var work = _work;
                _work = null;
                return work;
            }
        }

        // Whoever has taken it from the list begins something.
        private bool TryLeave()
        {
            lock (Gate)
            {
                if (_place.List is null)
                {
                    return false;
                }
                Idle.Remove(_place);
                _count--;
                return true;
            }
        }
    }
}
