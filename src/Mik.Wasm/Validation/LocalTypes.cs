using Mik.Wasm.Decoding;
using Mik.Wasm.Model;

namespace Mik.Wasm.Validation;

/// <summary>
/// The types of a function's parameters and locals. Only the first ones are spread out: a function of ten bytes may declare
/// 50,000 locals, and a module may have very many such functions.
/// </summary>
internal sealed class LocalTypes
{
    private const int SpreadOut = 64;

    private readonly WasmValueType[] _first = new WasmValueType[SpreadOut];
    private readonly List<(int End, WasmValueType Type)> _groups = [];
    private readonly HashSet<int> _written = [];
    private readonly List<int> _order = [];
    private int _parameters;

    /// <summary>Number of parameters and locals.</summary>
    public int Count { get; private set; }

    /// <summary>Takes over the locals of a function.</summary>
    public void Set(FunctionType type, FunctionBody body, int offset)
    {
        Count = 0;
        _groups.Clear();
        _written.Clear();
        _order.Clear();
        _parameters = type.Parameters.Length;
        foreach (var parameter in type.Parameters.AsSpan())
        {
            Add(1, parameter);
        }
        foreach (var (count, localType) in body.Locals.AsSpan())
        {
            Add(count, localType);
        }
        if (Count > ModuleLimits.Locals)
        {
            Throw.OverLimit($"too many locals: more than {ModuleLimits.Locals} with the parameters", offset);
        }
    }

    /// <summary>The type of a local, whose index must be below <see cref="Count"/>.</summary>
    public WasmValueType this[int index] => index < SpreadOut ? _first[index] : Find(index);

    /// <summary>How many locals without a default value were written so far.</summary>
    public int WrittenCount => _order.Count;

    /// <summary>A local is written.</summary>
    public void MarkWritten(int index)
    {
        if (index >= _parameters && !this[index].IsDefaultable && _written.Add(index))
        {
            _order.Add(index);
        }
    }

    /// <summary>Whether a local may be read.</summary>
    public bool IsReadable(int index) => index < _parameters || this[index].IsDefaultable || _written.Contains(index);

    /// <summary>At the end of a block: what it wrote may not have been written.</summary>
    public void ForgetWritten(int count)
    {
        while (_order.Count > count)
        {
            _written.Remove(_order[^1]);
            _order.RemoveAt(_order.Count - 1);
        }
    }

    private void Add(int count, WasmValueType type)
    {
        var end = Count + count;
        for (var i = Count; i < Math.Min(end, SpreadOut); i++)
        {
            _first[i] = type;
        }
        if (end > SpreadOut)
        {
            _groups.Add((end, type));
        }
        Count = end;
    }

    private WasmValueType Find(int index)
    {
        var low = 0;
        var high = _groups.Count - 1;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (index < _groups[middle].End)
            {
                high = middle;
            }
            else
            {
                low = middle + 1;
            }
        }
        return _groups[low].Type;
    }
}
