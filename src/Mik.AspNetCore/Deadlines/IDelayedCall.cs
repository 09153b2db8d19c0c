namespace Mik.AspNetCore.Deadlines;

/// <summary>What is called when a request still runs after a while: <see cref="RequestDeadline.CallAfter"/>.</summary>
internal interface IDelayedCall
{
    /// <summary>The time has passed. Called once, on another thread than the request's.</summary>
    void Call();
}
