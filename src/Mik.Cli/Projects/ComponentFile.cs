using Mik.Cli.Output;
using Mik.Components.Composition;
using Mik.Components.Model;

namespace Mik.Cli.Projects;

/// <summary>Component files that a command reads and writes.</summary>
internal static class ComponentFile
{
    /// <summary>Reads, decodes and validates a component.</summary>
    /// <exception cref="CliException">There is no such file, or it holds no component.</exception>
    public static CompositionPart Read(FileInfo file)
    {
        try
        {
            return new CompositionPart(file.Name, File.ReadAllBytes(file.FullName));
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CliException(ExitCode.Failed, new CliError($"cannot read {file}", "there is no such file"));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCode.Failed, new CliError($"cannot read {file}", exception.Message));
        }
        catch (InvalidComponentException exception)
        {
            throw new CliException(ExitCode.Failed, new CliError($"{file} is not a component", exception.Message));
        }
    }

    /// <summary>Writes a file whole or not at all.</summary>
    /// <exception cref="CliException">It cannot be written.</exception>
    public static void Write(FileInfo file, byte[] bytes)
    {
        var temporary = file.FullName + ".part";
        try
        {
            file.Directory?.Create();
            File.WriteAllBytes(temporary, bytes);
            File.Move(temporary, file.FullName, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCode.Failed, new CliError($"cannot write {file}", exception.Message));
        }
    }
}
