using Mik.Wasm.Execution;
using Mik.Wasm.Model;

namespace Mik.Wasm.Translation;

/// <summary>The CIL signature of functions of a type: context, parameters, and with two or more results where to put all but the first:
/// a buffer for numbers and functions, and for each object a place of its own that the collector sees.</summary>
internal sealed class CallSignature
{
    /// <summary>Bytes per result in the caller's buffer.</summary>
    public const int ResultSlotSize = 16;

    public CallSignature(FunctionType type)
    {
        Type = type;
        Return = FunctionThunks.ReturnTypeOf(type);
        Parameters = FunctionThunks.SignatureOf(type);
    }

    public FunctionType Type { get; }

    public Type Return { get; }

    public Type[] Parameters { get; }

    /// <summary>The parameter that says where a result goes which is an object, and not the first.</summary>
    public static int ResultParameter(FunctionType type, int result)
    {
        var parameter = 2 + type.Parameters.Length;
        for (var i = 1; i < result; i++)
        {
            parameter += FunctionThunks.IsObject(type.Results[i]) ? 1 : 0;
        }
        return parameter;
    }

    /// <summary>Whether the last parameter is the buffer for results 1, 2, ….</summary>
    public bool HasResultBuffer => Type.Results.Length > 1;
}
