using Mik.Cli.Output;
using Mik.Components.Composition;
using Mik.Components.Decoding;
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
            return new CompositionPart(file.Name, Component.ReadFile(file.FullName));
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CliException(ExitCode.Failed, new CliError($"cannot read {file}", "there is no such file") { Code = "file-not-found" });
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCode.Failed, Directory.Exists(file.FullName)
                ? new CliError($"cannot read {file}", "it is a folder", "name a component's file in it") { Code = "file-unreadable" }
                : new CliError($"cannot read {file}", exception.Message) { Code = "file-unreadable" });
        }
        catch (InvalidComponentException exception)
        {
            throw new CliException(ExitCode.Failed, ToError(file, exception));
        }
    }

    private static CliError ToError(FileInfo file, InvalidComponentException exception) => exception.Kind switch
    {
        InvalidComponentKind.NotWasm =>
            new($"{file} is no WebAssembly", exception.Reason, "name a component's file: mik build writes one into dist/") { Code = "not-webassembly" },
        InvalidComponentKind.CoreModule => new($"{file} is a core module, not a component", exception.Reason) { Code = "core-module" },
        _ => new($"{file} is not a component", exception.Message) { Code = "component-invalid" },
    };

    /// <summary>Writes a file whole or not at all.</summary>
    /// <exception cref="CliException">It cannot be written.</exception>
    public static void Write(FileInfo file, ReadOnlySpan<byte> bytes)
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
            if (File.Exists(temporary))
            {
                File.Delete(temporary);
            }

            throw new CliException(ExitCode.Failed, new CliError($"cannot write {file}", exception.Message) { Code = "file-unwritable" });
        }
    }
}
