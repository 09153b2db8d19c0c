using Mik.Configuration.Keys;

namespace Mik.Configuration.Model;

/// <summary>Names of projects.</summary>
public static class ProjectName
{
    /// <summary>The rule, to come after "must be".</summary>
    public static string Rule => TextRules.Name.Expectation;

    /// <summary>Whether a name is one.</summary>
    public static bool IsLegal(string name) => TextRules.Name.IsMet(name);
}
