namespace Mik.Wasm.Translation;

/// <summary>Typed IL locals for intermediate values, used again as soon as they are free: few locals keep the compiler's full optimiser on.</summary>
internal sealed class LocalPool
{
    private readonly IlWriter _il;
    private readonly Stack<int>?[] _free = new Stack<int>?[StackTypes.Count];

    public LocalPool(IlWriter il)
    {
        _il = il;
    }

    /// <summary>A local that nobody else uses until it is released.</summary>
    public int Acquire(StackType type) =>
        _free[(int)type] is { Count: > 0 } free ? free.Pop() : _il.DeclareLocal(type.ToClr());

    /// <summary>Gives a local back.</summary>
    public void Release(StackType type, int local) => (_free[(int)type] ??= []).Push(local);
}
