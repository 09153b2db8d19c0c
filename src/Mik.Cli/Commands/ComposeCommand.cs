using System.CommandLine;
using Mik.Cli.Options;
using Mik.Cli.Output;
using Mik.Cli.Projects;
using Mik.Components.Composition;

namespace Mik.Cli.Commands;

/// <summary><c>mik compose SOCKET --plug X -o OUT</c>: plugs components into another one.</summary>
internal static class ComposeCommand
{
    /// <summary>Builds the verb.</summary>
    public static Command Create()
    {
        var socket = new Argument<FileInfo>("SOCKET") { Description = "The component whose imports are to be satisfied" };
        var plugs = new Option<FileInfo[]>("--plug") { Description = "A component whose exports satisfy them; may be given several times", Required = true };
        plugs.Validators.Add(result =>
        {
            if (result.Tokens.Any(token => token.Value.Length == 0))
            {
                result.AddError("--plug must be the path of a component, not ''");
            }
        });
        var link = new Option<bool>("--link") { Description = "Plug the plugs into each other as well, each once, in the order that their imports give" };
        var output = new Option<FileInfo>("--output", "-o") { Description = "Where the composed component goes", Required = true };
        var command = new Verb(
            "compose",
            "Plug components into another one, and write the result as one component",
            ("mik compose bridge.wasm --plug handler.wasm -o app.wasm", "Give a handler its HTTP bridge"),
            ("mik compose api.wasm --plug auth.wasm --plug store.wasm -o app.wasm", "Satisfy several imports"),
            ("mik compose api.wasm --plug auth.wasm --plug store.wasm --link -o app.wasm", "The same, where auth imports what store exports"))
        {
            socket, plugs, link, output,
        };
        command.SetAction(parsed =>
        {
            Compose(
                parsed.GetRequiredValue(socket), parsed.GetRequiredValue(plugs), parsed.GetValue(link), parsed.GetRequiredValue(output),
                new Terminal(parsed.GetValue(GlobalOptions.NoColour)));
            return ExitCode.Fine;
        });
        return command;
    }

    private static void Compose(FileInfo socketFile, FileInfo[] plugFiles, bool isLinked, FileInfo output, Terminal terminal)
    {
        var socket = ComponentFile.Read(socketFile);
        var plugs = Array.ConvertAll(plugFiles, ComponentFile.Read);
        byte[] composed;
        try
        {
            composed = isLinked ? Plug.IntoEachOther(socket, plugs, mustUseAll: true).Bytes : Plug.Into(socket, plugs);
        }
        catch (CompositionException exception)
        {
            throw new CliException(
                ExitCode.Failed,
                new CliError(
                    "the components do not fit together",
                    exception.Message,
                    !isLinked && plugs.Length > 1
                        ? "--link plugs the plugs into each other as well; mik inspect shows what a component imports and exports"
                        : $"mik inspect {socketFile} shows what it imports")
                { Code = "composition-failed" });
        }

        ComponentFile.Write(output, composed);
        var component = new CompositionPart(output.Name, composed).Component;
        terminal.Line(
            $"Composed {socket.Name} with {string.Join(", ", plugs.Select(plug => plug.Name))} into {output} ({composed.Length:N0} bytes, "
                + $"{component.Imports.Count} imports left)");
    }
}
