using Mik.Components.Decoding;
using Mik.Components.Linking;
using Mik.Components.Model;
using Mik.Conformance.Tests.Suites;
using Mik.Wasm.Execution;
using Mik.Wasm.Instantiation;
using Mik.Wasm.Model;

namespace Mik.Conformance.Tests.Components;

/// <summary>Runs the commands of one file and collects what went wrong, by line. An instance with a name can be imported by it.</summary>
internal sealed class ComponentSuiteRunner : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly SuiteFile _file;
    private readonly Linker _linker = ComponentHost.CreateLinker();
    private readonly Dictionary<string, ComponentInstance> _named = [];
    private readonly Dictionary<string, Component> _definitions = [];
    private readonly List<ComponentInstance> _instances = [];
    private ComponentInstance? _current;
    private Component? _currentDefinition;

    public ComponentSuiteRunner(SuiteFile file)
    {
        _file = file;
        Resource1.Reset();
    }

    /// <summary>Number of commands that ran.</summary>
    public int Ran { get; private set; }

    /// <summary>Runs the commands.</summary>
    /// <returns>One text for each command that failed.</returns>
    public List<(int Line, string Failure)> Run()
    {
        var failures = new List<(int, string)>();
        foreach (var command in ComponentSuite.CommandsOf(_file))
        {
            if (command.Kind != "component" || !ComponentSuite.IsEnabled(command) || command.Type is "assert_invalid" or "assert_malformed")
            {
                continue;
            }
            try
            {
                Ran++;
                if (Run(command) is { } failure)
                {
                    failures.Add((command.Line, $"{command}: {failure}"));
                }
            }
#pragma warning disable CA1031 // Any exception is a failure of this command; the next ones still run.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                failures.Add((command.Line, $"{command}: {exception.GetType().Name}: {exception.Message}{exception.StackTrace?.Split('\n')[0]}"));
            }
        }
        return failures;
    }

    public void Dispose()
    {
        foreach (var instance in _instances)
        {
            instance.Dispose();
        }
    }

    private string? Run(SuiteCommand command)
    {
        switch (command.Type)
        {
            case "module":
                _current = null;
                Remember(command.Name, Instantiate(Load(command)));
                return null;
            case "module_definition":
                _currentDefinition = Load(command);
                _definitions[command.Name ?? ""] = _currentDefinition;
                return null;
            case "module_instance":
                _current = null;
                Remember(command.Instance, Instantiate(command.Module is { } name ? _definitions[name] : _currentDefinition!));
                return null;
            case "action":
                Perform(command.Action!, out _);
                return null;
            case "assert_return":
                return Compare(command);
            case "assert_trap":
                return ExpectTrap(command, () => Perform(command.Action!, out _));
            case "assert_uninstantiable":
                return ExpectTrap(command, () => Instantiate(Load(command)));
            case "assert_unlinkable":
                return ExpectUnlinkable(command);
            default:
                return "unknown command";
        }
    }

    private object? Perform(SuiteAction action, out ComponentFunctionType type)
    {
        var instance = (action.Module is { } name ? _named.GetValueOrDefault(name) : _current)
            ?? throw new InvalidOperationException("the instance is missing");
        var function = instance.GetFunction(action.Field) ?? throw new InvalidOperationException($"no function {action.Field}");
        type = function.Type!;
        var parameters = type.Parameters;

        // A guest that yields until somebody else has run may do so for ever.
        using var patience = new Timer(_ => instance.Interrupt("it did not end"), null, Patience, Timeout.InfiniteTimeSpan);
        return function.Call([.. action.Arguments.Select((argument, index) => ComponentValues.Parse(argument.Json, parameters[index].Type))]);
    }

    private string? Compare(SuiteCommand command)
    {
        var actual = Perform(command.Action!, out var type);
        var expected = command.Expected.Count == 0 ? null : ComponentValues.Parse(command.Expected[0].Json, type.Result!);
        return ComponentValues.AreEqual(expected, actual)
            ? null
            : $"expected {ComponentValues.Describe(expected)}, got {ComponentValues.Describe(actual)}";
    }

    private static string? ExpectTrap(SuiteCommand command, Action run)
    {
        try
        {
            run();
            return $"no trap; expected \"{command.ExpectedText}\"";
        }
        catch (Trap trap) when (trap.Kind != TrapKind.Interrupted)
        {
            // The suite's words are one engine's; that it is a trap of the right family is what counts.
            var expected = command.ExpectedText ?? "";
            return expected.Contains("unreachable", StringComparison.Ordinal) == (trap.Kind == TrapKind.Unreachable)
                ? null
                : $"expected \"{expected}\", got \"{trap.Message}\"";
        }
    }

    private string? ExpectUnlinkable(SuiteCommand command)
    {
        try
        {
            Instantiate(Load(command));
            return $"instantiated; expected \"{command.ExpectedText}\"";
        }
        catch (Exception exception) when (exception is ComponentLinkException or LinkException)
        {
            return null;
        }
    }

    private static Component Load(SuiteCommand command) => Component.Load(command.ReadModule()!, WasmFeatures.All, componentFeatures: ComponentSuite.Features);

    private ComponentInstance Instantiate(Component component)
    {
        var instance = CompiledComponent.Compile(component, _linker).Instantiate();
        _instances.Add(instance);
        return instance;
    }

    private void Remember(string? name, ComponentInstance instance)
    {
        _current = instance;
        if (name is not null)
        {
            _named[name] = instance;
            _linker.Define(name, instance);
        }
    }
}
