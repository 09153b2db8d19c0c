namespace Mik.Server.Modules;

/// <summary>What is kept in memory until others need its room: a module or a script. Used by any thread.</summary>
internal interface ICacheEntry
{
    /// <summary>Whether it is a script: there may be so many of them, and as many modules.</summary>
    bool IsScript { get; }

    /// <summary>Whether it is no longer served.</summary>
    bool IsRetired { get; }

    /// <summary>When it was last asked for, in the clock's ticks.</summary>
    long UsedAt { get; }

    /// <summary>Bytes that it takes now.</summary>
    long SizeBytes { get; }

    /// <summary>Lets it go, to make room. Requests in it finish; the next one loads it again.</summary>
    void Evict();
}
