using System.Globalization;
using Mik.Conformance.Tests.Suites;
using Mik.Wasm.Execution;
using Mik.Wasm.Instantiation;
using Mik.Wasm.Model;

namespace Mik.Conformance.Tests.Core;

/// <summary>Runs the commands of one file in one store and collects what went wrong, by line.</summary>
internal sealed class CoreSuiteRunner : IDisposable
{
    private readonly SuiteFile _file;
    private readonly Store _store = new(new ExecutionLimits { MemoryBytes = 64L << 30 });
    private readonly Imports _imports = new();
    private readonly Dictionary<string, ModuleInstance> _named = [];
    private readonly Dictionary<string, CompiledModule> _definitions = [];
    private ModuleInstance? _current;
    private CompiledModule? _currentDefinition;

    public CoreSuiteRunner(SuiteFile file)
    {
        _file = file;
        SpectestModule.AddTo(_imports, _store);
    }

    /// <summary>Runs the commands of a profile that the engine's features allow.</summary>
    /// <returns>One text for each command that failed.</returns>
    public List<(int Line, string Failure)> Run(string profile, TimeSpan deadline)
    {
        var failures = new List<(int, string)>();
        using var watchdog = new Timer(
            static store => ((Store)store!).Interrupt("the suite file took too long"), _store, deadline, Timeout.InfiniteTimeSpan);
        foreach (var command in _file.CommandsOf(profile))
        {
            if (command.Kind == "component" || !SuiteFeatures.AreEnabled(command.Requires))
            {
                continue;
            }
            try
            {
                if (Run(command) is { } failure)
                {
                    failures.Add((command.Line, $"{command.Type}: {failure}"));
                }
            }
#pragma warning disable CA1031 // Any exception is a failure of this command; the next ones still run.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                failures.Add((command.Line, $"{command.Type}: {exception.GetType().Name}: {exception.Message}"));
            }
        }
        return failures;
    }

    public void Dispose() => _store.Dispose();

    private string? Run(SuiteCommand command)
    {
        switch (command.Type)
        {
            case "module":
                return RunModule(command);
            case "module_definition":
                _currentDefinition = Compile(command);
                Remember(_definitions, command.Name, _currentDefinition);
                return null;
            case "module_instance":
                var definition = command.Module is { } name ? _definitions[name] : _currentDefinition!;
                _current = Instantiate(definition);
                Remember(_named, command.Instance, _current);
                return null;
            case "register":
                _imports.Add(command.As!, command.Name is { } registered ? _named[registered] : _current!);
                return null;
            case "action":
                Perform(command.Action!);
                return null;
            case "assert_return":
                return Compare(command, Perform(command.Action!));
            case "assert_trap" or "assert_exhaustion":
                return ExpectTrap(command, () => Perform(command.Action!));
            case "assert_uninstantiable":
                return ExpectTrap(command, () => Instantiate(Compile(command)));
            case "assert_unlinkable":
                return ExpectUnlinkable(command);
            case "assert_invalid" or "assert_malformed":
                // CoreValidationTests looks at these.
                return null;
            default:
                return "unknown command";
        }
    }

    private string? RunModule(SuiteCommand command)
    {
        if (command.ReadModule() is null)
        {
            return null;
        }
        _current = null;
        _current = Instantiate(Compile(command));
        Remember(_named, command.Name, _current);
        return null;
    }

    private WasmValue[] Perform(SuiteAction action)
    {
        var instance = action.Module is { } name ? _named[name] : _current
            ?? throw new InvalidOperationException("there is no current module");
        if (action.Type == "get")
        {
            return [instance.GetGlobal(action.Field)!.Value];
        }
        var function = instance.GetFunction(action.Field)
            ?? throw new InvalidOperationException($"there is no exported function \"{action.Field}\"");
        return function.Invoke([.. action.Arguments.Select(value => SuiteValues.Parse(value, _store))]);
    }

    private string? Compare(SuiteCommand command, WasmValue[] results)
    {
        var expected = command.Expected;
        if (results.Length != expected.Count)
        {
            return $"{expected.Count} results expected, {results.Length} came";
        }
        for (var i = 0; i < results.Length; i++)
        {
            if (!SuiteValues.Matches(expected[i], results[i], _store))
            {
                return string.Create(
                    CultureInfo.InvariantCulture, $"{command.Action!.Field}: expected {expected[i].Json}, got {results[i]}");
            }
        }
        return null;
    }

    private static string? ExpectTrap(SuiteCommand command, Action run)
    {
        try
        {
            run();
            return $"no trap; expected \"{command.ExpectedText}\"";
        }
        catch (Trap trap)
        {
            // The suite adds details to the words of the specification ("uninitialized element 2"), or leaves some out.
            var words = new Trap(trap.Kind).Message;
            var expected = command.ExpectedText!;
            return expected.StartsWith(words, StringComparison.Ordinal) || words.StartsWith(expected, StringComparison.Ordinal)
                ? null
                : $"expected \"{expected}\", got \"{trap.Message}\"";
        }
    }

    private string? ExpectUnlinkable(SuiteCommand command)
    {
        try
        {
            Instantiate(Compile(command));
            return $"instantiated; expected \"{command.ExpectedText}\"";
        }
        catch (LinkException exception)
        {
            return exception.Message.StartsWith(command.ExpectedText!, StringComparison.Ordinal)
                ? null
                : $"expected \"{command.ExpectedText}\", got \"{exception.Message}\"";
        }
    }

    private static CompiledModule Compile(SuiteCommand command) =>
        CompiledModule.Compile(WasmModule.Load(command.ReadModule()!, SuiteFeatures.Enabled));

    private ModuleInstance Instantiate(CompiledModule module) => module.Instantiate(_store, _imports.Resolve);

    private static void Remember<T>(Dictionary<string, T> where, string? name, T value)
    {
        if (name is not null)
        {
            where[name] = value;
        }
    }
}
