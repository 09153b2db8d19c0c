using System.Runtime.InteropServices;
using Mik.Wasm.Objects;

namespace Mik.Wasm.Execution;

/// <summary>
/// Counts the objects that a store's guests hold against its budget. Every allocation is counted. Of each interval of bytes one object is followed by a
/// weak handle and stands for them all: the one at a random place, which is only remembered when it is made, and followed at the end of the interval. A
/// guest that measures how long its allocations take finds the ends, where there is work, and not what is followed.
/// </summary>
internal sealed unsafe partial class GuestHeap
{
    /// <summary>Objects of fewer bytes are never large.</summary>
    public const int LeastLarge = 1024;

    private const int MostInterval = 256 * 1024;
    private const int LeastInterval = 4 * LeastLarge;
    // So many samples tell what is alive to some percent, however few of the objects that is.
    private const int IntervalsOfLimit = 512;

    private readonly Store _store;
    private readonly Lock _gate = new();
    private readonly List<(GCHandle Handle, long Bytes)> _samples = [];
    private readonly Ref[] _places = new Ref[2];
    private GCHandle _chosen;
    private bool _isChosen;
    private bool _isWatched;
    private long _allowance;
    private long _allocated;
    private long _position;
    private long _choice;
    private long _end;

    /// <summary>Makes an empty heap.</summary>
    public GuestHeap(Store store)
    {
        _store = store;
        Begin();
    }

    /// <summary>Bytes that are counted: live objects, and dead ones that were not looked at yet.</summary>
    public long Bytes { get; private set; }

    /// <summary>Whether each allocation comes here: then none takes longer than others for being chosen.</summary>
    public bool IsWatched => _isWatched || _store.Budget.IsTimed;

    private long Interval => Math.Clamp(_store.Budget.Limit / IntervalsOfLimit, LeastInterval, MostInterval);

    /// <summary>The allowance is used up: chooses an object, or counts the interval that is over.</summary>
    /// <param name="last">The object that was allocated last.</param>
    /// <exception cref="Trap">The budget does not allow it.</exception>
    public void Cross(object last)
    {
        var state = _store.State;
        _position += _allowance - state->HeapBudget;
        // When the budget has no room for the interval, the next allocation asks again.
        _allowance = state->HeapBudget = 0;
        if (_isChosen && _position > _end)
        {
            Follow();
        }
        // The same is written for each, so that none takes longer.
        var isChoice = !_isChosen && _position > _choice;
        _places[isChoice ? 1 : 0].Value = last;
        _isChosen |= isChoice;
        if (!IsWatched)
        {
            _places[0].Value = null;
            _allowance = state->HeapBudget = Math.Max((_isChosen ? _end : _choice) - _position, 0);
        }
    }

    /// <summary>Whether an object is counted by itself, since an interval has room for a few of its size only.</summary>
    public bool IsLarge(long bytes) => bytes >= Interval / 4;

    /// <summary>Counts an object that is large, before it is made.</summary>
    /// <exception cref="Trap">The budget does not allow it.</exception>
    public void Charge(long bytes)
    {
        _store.Budget.Charge(LimitedResource.Objects, bytes);
        lock (_gate)
        {
            Bytes += bytes;
            _allocated += bytes;
        }
    }

    /// <summary>Follows an object that was counted by <see cref="Charge"/>.</summary>
    public void Follow(object large, long bytes)
    {
        lock (_gate)
        {
            _samples.Add((GCHandle.Alloc(large, GCHandleType.Weak), bytes));
        }
    }

    /// <summary>An object that was counted by <see cref="Charge"/> could not be made.</summary>
    public void Return(long bytes)
    {
        lock (_gate)
        {
            Bytes -= bytes;
            _allocated -= bytes;
        }
        _store.Budget.Release(bytes);
    }

    /// <summary>Forgets all objects: the store goes back to a state without any, or is gone.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            foreach (var (handle, _) in _samples)
            {
                handle.Free();
            }
            _samples.Clear();
            if (_chosen.IsAllocated)
            {
                _chosen.Free();
                _chosen = default;
            }
            _places.AsSpan().Clear();
            _store.Budget.Release(Bytes);
            (Bytes, _dead, _allocated, _witness) = (0, 0, 0, null);
            (_allowance, _position) = (0, 0);
            _isWatched = false;
            Begin();
        }
    }

    private void Follow()
    {
        _witness ??= new HeapWitness(_allocated);
        lock (_gate)
        {
            LetGo();
        }
        Charge(_end);
        lock (_gate)
        {
            _samples.Add((_chosen, _end));
            _chosen = default;
        }
        _position -= _end;
        Begin();
    }

    /// <summary>What was remembered must not be kept alive by that when the collector looks.</summary>
    private void LetGo()
    {
        // The guest may be about to write there, when it is another thread that needs memory.
        if (Interlocked.Exchange(ref _places[1].Value, null) is { } chosen)
        {
            _chosen = GCHandle.Alloc(chosen, GCHandleType.Weak);
        }
        _places[0].Value = null;
    }

    private void Begin()
    {
        var interval = Interval;
        _end = interval + Random.Shared.NextInt64(interval / 2) - (interval / 4);
        _choice = Random.Shared.NextInt64(_end);
        _isChosen = false;
    }
}
