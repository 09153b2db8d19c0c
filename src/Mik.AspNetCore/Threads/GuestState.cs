namespace Mik.AspNetCore.Threads;

/// <summary>What a thread's guest does.</summary>
internal enum GuestState
{
    /// <summary>There is none.</summary>
    Idle,
    /// <summary>It runs, in a place.</summary>
    Running,
    /// <summary>It has run for long and has no place any more.</summary>
    Long,
    /// <summary>It waits.</summary>
    Waiting,
}
