namespace Mik.Server.Modules;

/// <summary>A module as the user named it: what it is called in URLs and the file that holds its component.</summary>
public sealed record ModuleConfig(string Name, string Path);
