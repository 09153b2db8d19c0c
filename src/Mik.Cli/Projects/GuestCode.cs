using Mik.Packages.Cache;
using Mik.Scripting.Engine;
using Mik.Wasm.CodeCaching;

namespace Mik.Cli.Projects;

/// <summary>Where the translated code of guests is kept between runs of mik.</summary>
internal static class GuestCode
{
    /// <summary>The variable that turns it off: <c>0</c>, <c>false</c> or <c>off</c>.</summary>
    public const string Variable = "MIK_CODE_CACHE";

    /// <summary>The user's folder.</summary>
    public static string Folder => Path.Combine(MikHome.Path, "code");

    /// <summary>The folder beside the program, which its build fills.</summary>
    public static string BuiltIn => Path.Combine(AppContext.BaseDirectory, "code");

    /// <summary>The cache; null when it is turned off.</summary>
    public static CodeCache? Open() => IsOff ? null : new CodeCache(Folder, BuiltIn);

    /// <summary>Lets scripts' engine use the cache too.</summary>
    public static void UseForScripts() => ScriptEngine.UseCache(Open());

    private static bool IsOff => Environment.GetEnvironmentVariable(Variable)?.ToUpperInvariant() is "0" or "FALSE" or "OFF";
}
