using System.Globalization;
using Mik.Server.Options;

namespace Mik.Server.Modules;

/// <summary>A module's file cannot be served; the message says what is wrong with it.</summary>
public sealed class ModuleLoadException : Exception
{
    /// <summary>Makes the error for one module.</summary>
    public ModuleLoadException(ModuleConfig module, string message, string? remedy = null, Exception? inner = null)
        : base(message, inner)
    {
        Module = module;
        Remedy = remedy;
    }

    /// <summary>Loading took longer than a load may take.</summary>
    internal static ModuleLoadException TookTooLong(ModuleConfig module, TimeSpan limit) => new(
        module,
        string.Create(CultureInfo.InvariantCulture, $"loading took longer than the limit of {limit.TotalSeconds:0.###} seconds"),
        "build it smaller, or raise server.load_timeout_secs")
    { Code = "load-timeout" };

    /// <summary>There is no such file.</summary>
    internal static ModuleLoadException NotThere(ModuleConfig module, Exception? inner = null) =>
        new(
            module, "there is no such file", inner: inner
                ?? new FileNotFoundException("there is no such file", module.Path))
        { IsVerdict = false, Code = "file-not-found" };

    /// <summary>The module that cannot be loaded.</summary>
    public ModuleConfig Module { get; }

    /// <summary>The error's code, which <c>mik explain</c> has a page about.</summary>
    public string Code { get; init; } = "module-unreadable";

    /// <summary>What to do about it, if anything general can be said.</summary>
    public string? Remedy { get; }

    /// <summary>Whether it is a component, and none that answers HTTP by itself: one that others are composed with, or a middleware.</summary>
    public bool IsLibrary { get; init; }

    /// <summary>Whether it says something about the file, so that it holds until that changes; else trying again may help.</summary>
    public bool IsVerdict { get; init; } = true;

    /// <summary>Whether there is no such file.</summary>
    public bool IsMissing => InnerException is FileNotFoundException or DirectoryNotFoundException;
}
