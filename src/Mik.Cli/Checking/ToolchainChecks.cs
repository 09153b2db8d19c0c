using Mik.Build.Toolchains;
using Mik.Configuration.Model;

namespace Mik.Cli.Checking;

/// <summary>Whether each toolchain builds: what is ticked has built something. What the project is built with must; what others are built with may.</summary>
internal static class ToolchainChecks
{
    /// <summary>All toolchains, at the same time.</summary>
    public static async Task<IReadOnlyList<Finding>> RunAsync(MikConfiguration? project, CancellationToken cancellationToken)
    {
        var needed = project is { BuildCommand: null } ? ToolchainTable.In(project.Folder).Take(1).ToArray() : [];
        return await Task.WhenAll(ToolchainTable.Rows.Select(row => RunAsync(row, needed.Contains(row), cancellationToken)));
    }

    private static async Task<Finding> RunAsync(Toolchain toolchain, bool isNeeded, CancellationToken cancellationToken)
    {
        var name = toolchain.Tools[0].Name;
        var use = $"builds {toolchain.Language} ({toolchain.ProjectFile})";
        var bad = isNeeded ? Health.Wrong : Health.Missing;
        if (toolchain.Tools.FirstOrDefault(tool => !ToolRunner.IsThere(tool.Name)) is { } missing)
        {
            return new Finding(missing.Name, bad, use, missing.Install);
        }

        if (toolchain.Probe is not { } probe || await probe.FindFaultAsync(cancellationToken) is not { } fault)
        {
            return new Finding(name, Health.Fine, $"{use}: a tiny build worked");
        }

        return new Finding(name, bad, $"{use}, and does not: {fault}", probe.Remedy)
        {
            Mend = probe.Fix is null ? null : async token => await probe.MendAsync(token) is { } said ? $"'{probe.Fix}' failed: {said}" : $"ran '{probe.Fix}'",
        };
    }
}
