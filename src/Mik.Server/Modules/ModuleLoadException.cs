using Mik.Wasi.Http;

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

    /// <summary>The module that cannot be loaded.</summary>
    public ModuleConfig Module { get; }

    /// <summary>What to do about it, if anything general can be said.</summary>
    public string? Remedy { get; }

    /// <summary>Whether it is a component, and none that answers HTTP: one that others are composed with.</summary>
    public bool IsLibrary => InnerException is HttpComponentException { Kind: HttpComponentErrorKind.NoHandlerExport };

    /// <summary>Whether there is no such file.</summary>
    public bool IsMissing => InnerException is FileNotFoundException or DirectoryNotFoundException;
}
