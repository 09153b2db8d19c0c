namespace Mik.Server.Threads;

/// <summary>Something that may block and therefore runs on a thread of <see cref="GuestThreads"/>.</summary>
internal interface IGuestWork
{
    /// <summary>Does the work. Must not throw.</summary>
    void Run();
}
