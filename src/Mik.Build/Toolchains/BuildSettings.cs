namespace Mik.Build.Toolchains;

/// <summary>What the commands of a build depend on.</summary>
/// <param name="Folder">The project's folder.</param>
/// <param name="Name">Its name.</param>
/// <param name="IsRelease">Whether it is optimised.</param>
/// <param name="Checks">Whether types are checked where that is a step of its own.</param>
/// <param name="IsDevelopment">Whether quick is better than final.</param>
internal sealed record BuildSettings(string Folder, string Name, bool IsRelease, bool Checks, bool IsDevelopment)
{
    /// <summary>
    /// Where the component goes when the toolchain lets one say, relative to the folder. What was made in a hurry is kept from what is given away.
    /// </summary>
    public string Output => $"{(IsDevelopment ? ".mik/dev" : "dist")}/{Name}.wasm";
}
