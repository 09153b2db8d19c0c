namespace Mik.AspNetCore.Threads;

/// <summary>Something that may block and therefore runs on a thread of <see cref="GuestThreads"/>.</summary>
internal interface IGuestWork
{
    /// <summary>What shares the processors as one: a module's requests have one share however many they are. Null is a share of its own.</summary>
    object? Group => null;

    /// <summary>Does the work. Must not throw.</summary>
    void Run();
}
