using Mik.Wasm.Model;

namespace Mik.Wasm.Translation;

/// <summary>The CIL signature of functions of a type: context, parameters, and with two or more results where to put all but the first.</summary>
internal sealed class CallSignature
{
    /// <summary>Bytes per result in the caller's buffer.</summary>
    public const int ResultSlotSize = 16;

    public CallSignature(FunctionType type)
    {
        Type = type;
        Return = type.Results.Length == 0 ? typeof(void) : StackTypes.ToClr(type.Results[0]);
        Type[] results = HasResultBuffer ? [typeof(nint)] : [];
        Parameters = [typeof(nint), .. type.Parameters.Select(StackTypes.ToClr), .. results];
    }

    public FunctionType Type { get; }

    public Type Return { get; }

    public Type[] Parameters { get; }

    /// <summary>Whether the last parameter is the buffer for results 1, 2, ….</summary>
    public bool HasResultBuffer => Type.Results.Length > 1;
}
