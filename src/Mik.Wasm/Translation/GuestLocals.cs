using Mik.Wasm.Model;

namespace Mik.Wasm.Translation;

/// <summary>The locals of a guest function: its parameters are IL arguments, the others IL locals.</summary>
internal sealed class GuestLocals
{
    private readonly IlWriter _il;
    private readonly StackType[] _types;
    private readonly int _parameterCount;
    private readonly int _firstLocal;

    public GuestLocals(IlWriter il, FunctionType type, FunctionBody body)
    {
        _il = il;
        _parameterCount = type.Parameters.Length;
        _types = new StackType[_parameterCount + body.LocalCount];
        for (var i = 0; i < _parameterCount; i++)
        {
            _types[i] = StackTypes.Of(type.Parameters[i]);
        }
        var next = _parameterCount;
        _firstLocal = il.LocalCount;
        foreach (var (count, declared) in body.Locals.AsSpan())
        {
            var stackType = StackTypes.Of(declared);
            _types.AsSpan(next, count).Fill(stackType);
            next += count;
            for (var i = 0; i < count; i++)
            {
                il.DeclareLocal(stackType.ToClr());
            }
        }
    }

    public int Count => _types.Length;

    public StackType TypeOf(int index) => _types[index];

    public void Load(int index)
    {
        if (index < _parameterCount)
        {
            _il.LoadArgument(index + 1);
        }
        else
        {
            _il.LoadLocal(_firstLocal + index - _parameterCount);
        }
    }

    public void Store(int index)
    {
        if (index < _parameterCount)
        {
            _il.StoreArgument(index + 1);
        }
        else
        {
            _il.StoreLocal(_firstLocal + index - _parameterCount);
        }
    }
}
