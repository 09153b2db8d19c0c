using Mik.Build.Outputs;
using Mik.Build.Toolchains;
using Mik.Configuration.Model;

namespace Mik.Build;

/// <summary>Builds a project again and again while it is developed: quickly, for this machine and this hour.</summary>
/// <param name="project">The project.</param>
public sealed class DevelopmentBuild(MikConfiguration project) : IDisposable
{
    private static readonly BuildOptions Options = new(IsRelease: false, OutputToErrors: true) { SkipsCheck = true, IsDevelopment = true };

    private readonly StayingTool _stay = new();

    /// <inheritdoc/>
    public void Dispose() => _stay.Dispose();

    /// <summary>Where the component of a project is while it is developed; no other command takes it.</summary>
    public static string FileOf(MikConfiguration project)
    {
        ArgumentNullException.ThrowIfNull(project);
        return Path.Combine(project.Folder, ".mik", "dev", $"{project.Name}.wasm");
    }

    /// <summary>Builds; gives the component's file.</summary>
    /// <param name="tell">Takes a line about each step.</param>
    /// <param name="cancellationToken">Stops it, and the tool that runs.</param>
    /// <exception cref="BuildException">It cannot be built.</exception>
    public async Task<string> RunAsync(Action<string> tell, CancellationToken cancellationToken)
    {
        var target = FileOf(project);
        KeptFolder.Make(project.Folder, "dev");
        var (_, made) = await ProjectBuild.MakeAsync(project, Options, tell, _stay, cancellationToken);
        if (made != target)
        {
            await File.WriteAllBytesAsync(target + ".part", BuiltComponent.Read(made).Bytes, cancellationToken);
            File.Move(target + ".part", target, overwrite: true);
        }

        return target;
    }
}
