using Mik.AspNetCore.Execution;

namespace Mik.Server.Modules;

/// <summary>A module that has been loaded: immutable, shared by all requests to it.</summary>
/// <param name="Handle">Runs a request.</param>
/// <param name="SizeBytes">Size of the binary.</param>
/// <param name="LoadTime">How long it took to load.</param>
/// <param name="Begin">Begins a request that is served in turns; null, or gives null, where <paramref name="Handle"/> serves it.</param>
/// <param name="Release">Frees what is kept for the next requests. Called when no new request will come; those in flight may still finish.</param>
/// <param name="MayBeShared">Whether requests may share an instance.</param>
/// <param name="ImageBytes">Bytes that are kept of what its instances begin with.</param>
/// <param name="WhenGrown">Takes what is called when these become more.</param>
internal sealed record ModuleModel(
    GuestHandler Handle, long SizeBytes, TimeSpan LoadTime, GuestBeginning? Begin = null, Action? Release = null, bool MayBeShared = false,
    Func<long>? ImageBytes = null, Action<Action>? WhenGrown = null)
{
    /// <summary>The size that counts against what may be kept in memory.</summary>
    public long KeptBytes => SizeBytes + (ImageBytes?.Invoke() ?? 0);
}
