namespace Mik.Packages.Cache;

/// <summary>The folder of mik's caches: <c>MIK_HOME</c>, else a folder of mik's in the platform's cache folder.</summary>
public static class MikHome
{
    /// <summary>The variable that names it.</summary>
    public const string Variable = "MIK_HOME";

    /// <summary>Its path, absolute; it may not exist yet.</summary>
    public static string Path
    {
        get
        {
            if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } home)
            {
                return System.IO.Path.GetFullPath(home);
            }

            var user = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify);
            var caches = OperatingSystem.IsWindows()
                ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify)
                : OperatingSystem.IsMacOS() ? System.IO.Path.Combine(user, "Library", "Caches")
                : Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache && System.IO.Path.IsPathRooted(cache) ? cache
                : System.IO.Path.Combine(user, ".cache");
            return System.IO.Path.Combine(System.IO.Path.IsPathRooted(caches) ? caches : System.IO.Path.GetTempPath(), "mik");
        }
    }
}
