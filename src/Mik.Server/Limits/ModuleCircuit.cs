namespace Mik.Server.Limits;

/// <summary>
/// A module's circuit breaker, and one for each client whose requests fail, so that one client's inputs do not take the module from all. Five failures in
/// a row open the module's circuit, whoever asked; but if clients that are not among those that failed were answered lately, it is opened only for
/// those that failed. Five in a row of one client open it for that one.
/// </summary>
/// <remarks>
/// When an open circuit tries again, clients that have a circuit of their own have probes of their own: they can neither take the module's probes nor open
/// its circuit again for others.
/// </remarks>
internal sealed class ModuleCircuit(ClientQuota quota, TimeProvider clock)
{
    /// <summary>How long an answer shows that the module works for others.</summary>
    public static readonly TimeSpan SuccessCounts = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private readonly CircuitBreaker _module = new(clock);
    private readonly ClientCircuits _clients = new(quota, clock);
    private readonly RecentSuccesses _successes = new(clock);
    private readonly Permits _trials = new(CircuitBreaker.ProbeLimit);
    private long _run;

    /// <summary>The state of the module's own circuit.</summary>
    public CircuitState State => _module.State;

    /// <summary>How often that opened.</summary>
    public long TimesOpened => _module.TimesOpened;

    /// <summary>Clients for which alone it is open.</summary>
    public int ClientsRefused => _clients.Count == 0 ? 0 : _clients.CountOpen();

    /// <summary>Clients of which something is kept because they failed.</summary>
    public int ClientsKept => _clients.Count;

    /// <summary>Whether a request may pass.</summary>
    /// <param name="client">Who asks.</param>
    /// <param name="pass">Its pass, if so.</param>
    /// <param name="refusal">Why not, and when to ask again.</param>
    public bool TryEnter(ClientAddress client, out ModulePass pass, out CircuitRefusal refusal)
    {
        pass = default;
        var ownPass = default(CircuitPass);
        if (_clients.TryFind(client, out var own) && !own.Circuit.TryEnter(out ownPass, out var wait))
        {
            refusal = new CircuitRefusal(wait, IsOfClient: true);
            return false;
        }

        var isTrial = ownPass.IsCounted && _module.State != CircuitState.Closed;
        if (isTrial && !_trials.TryTake())
        {
            own!.Circuit.Return(ownPass, HandlerOutcome.Neutral);
            refusal = new CircuitRefusal(TimeSpan.FromSeconds(1), IsOfClient: true);
            return false;
        }

        if (!_module.TryEnter(out var modulePass, out wait, isCounted: !isTrial))
        {
            own?.Circuit.Return(ownPass, HandlerOutcome.Neutral);
            EndTrial(isTrial);
            refusal = new CircuitRefusal(wait, IsOfClient: false);
            return false;
        }

        refusal = default;
        pass = new ModulePass(client, modulePass, own, ownPass, isTrial);
        return true;
    }

    /// <summary>Whether nothing of a client passes now, why, and when to ask again.</summary>
    public bool Refuses(ClientAddress client, out CircuitRefusal refusal)
    {
        var isOfClient = _clients.TryFind(client, out var own) && own.Circuit.Refuses(out _);
        var wait = TimeSpan.Zero;
        var refuses = isOfClient ? own!.Circuit.Refuses(out wait) : _module.Refuses(out wait);
        refusal = new CircuitRefusal(wait, isOfClient);
        return refuses;
    }

    /// <summary>Takes a pass back.</summary>
    public CircuitChange Return(in ModulePass pass, HandlerOutcome outcome)
    {
        EndTrial(pass.IsTrial);
        switch (outcome)
        {
            case HandlerOutcome.Success:
                return Succeeded(pass);
            case HandlerOutcome.Failure:
                return Failed(pass);
            default:
                pass.Own?.Circuit.Return(pass.OwnPass, outcome);
                return new CircuitChange(_module.Return(pass.Module, outcome));
        }
    }

    /// <summary>Closes all: the module was replaced.</summary>
    public void Reset()
    {
        lock (_gate)
        {
            _run++;
            _clients.Clear();
            _successes.Clear();
            _module.Reset();
        }
    }

    private void EndTrial(bool isTrial)
    {
        if (isTrial)
        {
            _trials.Return();
        }
    }

    private CircuitChange Succeeded(in ModulePass pass)
    {
        _successes.Record(pass.Client);
        if (_module is { Failures: 0, State: CircuitState.Closed } && !_clients.TryFind(pass.Client, out _))
        {
            return default;
        }

        lock (_gate)
        {
            _run++;
            ClientAddress? closedFor = null;
            if (_clients.TryFind(pass.Client, out var own))
            {
                closedFor = own.Circuit.Return(own == pass.Own ? pass.OwnPass : default, HandlerOutcome.Success) == CircuitState.Closed ? pass.Client : null;
                if (own.Circuit is { State: CircuitState.Closed, Failures: 0 })
                {
                    _clients.Remove(own);
                }
            }

            var state = _module.Return(pass.Module, HandlerOutcome.Success);
            return new CircuitChange(state, ClosedFor: state is null ? closedFor : null);
        }
    }

    private CircuitChange Failed(in ModulePass pass)
    {
        lock (_gate)
        {
            var own = _clients.Failed(pass.Client, _run);
            var opened = own?.Circuit.Return(own == pass.Own ? pass.OwnPass : default, HandlerOutcome.Failure) == CircuitState.Open;
            if (pass.IsOnTrial)
            {
                _module.Return(pass.Module, HandlerOutcome.Neutral);
                return new CircuitChange(null, opened ? [pass.Client] : null);
            }

            var state = _module.Return(pass.Module, HandlerOutcome.Failure, mayOpen: !_successes.HasOtherThan(HasFailed, SuccessCounts));
            var also = state == CircuitState.Open || _module.Failures >= CircuitBreaker.FailureLimit ? OpenThoseThatFailed() : null;
            if (opened)
            {
                (also ??= []).Add(pass.Client);
            }

            return new CircuitChange(state, state == CircuitState.Open ? null : also);
        }
    }

    private bool HasFailed(ClientAddress client) => _clients.TryFind(client, out var circuit) && circuit.Run == _run;

    private List<ClientAddress>? OpenThoseThatFailed()
    {
        List<ClientAddress>? opened = null;
        foreach (var circuit in _clients.InRun(_run))
        {
            if (circuit.Circuit.Open())
            {
                (opened ??= []).Add(circuit.Client);
            }
        }

        return opened;
    }
}
