namespace Mik.AspNetCore.Execution;

/// <summary>What a host puts on the head of a guest's response, after the guest's own fields.</summary>
internal interface IResponseStamp
{
    /// <summary>Called once, before the head can go out.</summary>
    void Stamp();
}
