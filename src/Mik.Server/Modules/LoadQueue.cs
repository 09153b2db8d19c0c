namespace Mik.Server.Modules;

/// <summary>Lets a few loads run at once; the others wait their turn. Compiling takes a processor and a lot of memory, so more would not be faster.</summary>
internal sealed class LoadQueue(int maximum)
{
    private readonly Lock _gate = new();
    private readonly Queue<TaskCompletionSource> _waiting = new();
    private int _running;

    /// <summary>Runs a load when it is its turn.</summary>
    public async Task<ModuleModel> RunAsync(Func<Task<ModuleModel>> load)
    {
        await TurnAsync();
        try
        {
            return await load();
        }
        finally
        {
            End();
        }
    }

    private Task TurnAsync()
    {
        lock (_gate)
        {
            if (_running < maximum)
            {
                _running++;
                return Task.CompletedTask;
            }

            var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Enqueue(turn);
            return turn.Task;
        }
    }

    private void End()
    {
        lock (_gate)
        {
            if (_waiting.TryDequeue(out var next))
            {
                next.SetResult();
            }
            else
            {
                _running--;
            }
        }
    }
}
