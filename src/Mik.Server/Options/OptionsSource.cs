namespace Mik.Server.Options;

/// <summary>The file that options come from, so that a server can take changes of it while it runs.</summary>
/// <param name="Path">The file (<c>mik.toml</c>).</param>
/// <param name="Read">Reads it again. Null when it cannot be used; it has then told why, and the old options go on.</param>
public sealed record OptionsSource(string Path, Func<MikServerOptions?> Read);
