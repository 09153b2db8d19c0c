namespace Mik.Configuration.Model;

/// <summary>Where the value of a guests' variable is.</summary>
public enum VariableSource
{
    /// <summary>In mik.toml.</summary>
    Text,

    /// <summary>In a variable of the host.</summary>
    Host,

    /// <summary>In a file.</summary>
    File,
}
