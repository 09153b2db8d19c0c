using System.Globalization;
using Mik.Conformance.Tests.Suites;
using Mik.Wasm.CodeCaching;
using Mik.Wasm.Execution;
using Mik.Wasm.Instantiation;
using Mik.Wasm.Model;
using Mik.Wasm.Platform;
using Mik.Wasm.Validation;

namespace Mik.Conformance.Tests.Core;

/// <summary>Runs the commands of one file in one store and collects what went wrong, by line.</summary>
internal sealed class CoreSuiteRunner : IDisposable
{
    private readonly SuiteFile _file;
    private readonly bool _importsByName;
    private readonly CodeCache? _cache;
    private readonly Action<WasmModule>? _prepare;
    private readonly Store _store;
    private readonly bool _knowsExceptions;
    private readonly Imports _imports = new();
    private readonly Dictionary<string, ModuleInstance> _named = [];
    private readonly Dictionary<string, CompiledModule> _definitions = [];
    private readonly HashSet<string> _absent = [];
    private readonly Dictionary<string, Task<CoreSuiteRunner>> _threads = [];
    private readonly List<(int Line, string Failure)> _failures = [];
    private ModuleInstance? _current;
    private CompiledModule? _currentDefinition;

    /// <summary>Prepares a run.</summary>
    /// <param name="file">What to run.</param>
    /// <param name="importsByName">Whether modules with a name can be imported from without being registered.</param>
    /// <param name="addressSpace">Where memories come from; the system's best when null.</param>
    /// <param name="cache">Where modules' code is kept and taken from.</param>
    /// <param name="prepare">What is done with each module before it is compiled.</param>
    /// <param name="knowsExceptions">Whether all modules are compiled so that they look for exceptions.</param>
    public CoreSuiteRunner(
        SuiteFile file, bool importsByName, IAddressSpace? addressSpace = null, CodeCache? cache = null, Action<WasmModule>? prepare = null,
        bool knowsExceptions = false)
    {
        _file = file;
        _cache = cache;
        _prepare = prepare;
        // A store has modules of one kind only.
        _knowsExceptions = knowsExceptions || file.Commands.Any(command => command.Requires.Contains("exceptions"));
        _store = new Store(new ExecutionLimits { MemoryBytes = 64L << 30 }, addressSpace ?? AddressSpace.Current);
        _importsByName = importsByName;
        SpectestModule.AddTo(_imports, _store);
    }

    /// <summary>Runs the commands of a profile that the engine's features allow.</summary>
    /// <returns>One text for each command that failed.</returns>
    public List<(int Line, string Failure)> Run(string profile, TimeSpan deadline)
    {
        Run(_file.Commands, profile, deadline);
        return _failures;
    }

    private void Run(IEnumerable<SuiteCommand> commands, string profile, TimeSpan deadline)
    {
        using var watchdog = new Timer(
            static store => ((Store)store!).Interrupt("the suite file took too long"), _store, deadline, Timeout.InfiniteTimeSpan);
        foreach (var command in commands)
        {
            // Only commands with a module or an action carry the profile.
            var isInProfile = command.Type is "register" or "thread" or "wait" || command.IsIn(profile);
            if (command.Kind == "component" || !isInProfile || !SuiteFeatures.AreEnabled(command.Requires))
            {
                Skip(command);
                continue;
            }
            try
            {
                if (command.Type == "thread")
                {
                    Start(command, profile, deadline);
                }
                else if (Run(command) is { } failure)
                {
                    _failures.Add((command.Line, $"{command.Type}: {failure}"));
                }
            }
#pragma warning disable CA1031 // Any exception is a failure of this command; the next ones still run.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                _failures.Add((command.Line, $"{command.Type}: {exception.GetType().Name}: {exception.Message}"));
            }
        }
    }

    /// <summary>Another thread has a store of its own, and of this one's instances only a shared memory.</summary>
    private void Start(SuiteCommand command, string profile, TimeSpan deadline)
    {
        var runner = new CoreSuiteRunner(_file, _importsByName);
        if (command.SharedModule is { } shared)
        {
            runner._named[shared] = _named[shared];
        }
        _threads[command.Name!] = Task.Factory.StartNew(
            () =>
            {
                runner.Run(command.Commands, profile, deadline);
                return runner;
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    private string? Join(string name)
    {
        using var runner = _threads[name].GetAwaiter().GetResult();
        _failures.AddRange(runner._failures);
        Ran += runner.Ran;
        return null;
    }

    /// <summary>Number of commands that ran.</summary>
    public int Ran { get; private set; }

    public void Dispose() => _store.Dispose();

    private string? Run(SuiteCommand command)
    {
        if (NeedsWhatWasSkipped(command))
        {
            Skip(command);
            return null;
        }
        Ran += command.Type is "register" or "wait" ? 0 : 1;
        switch (command.Type)
        {
            case "module":
                _current = null;
                _current = Instantiate(Compile(command));
                Remember(command.Name, _current);
                return null;
            case "module_definition":
                _currentDefinition = Compile(command);
                _definitions[command.Name ?? ""] = _currentDefinition;
                return null;
            case "module_instance":
                _current = Instantiate(command.Module is { } name ? _definitions[name] : _currentDefinition!);
                Remember(command.Instance, _current);
                return null;
            case "register":
                _absent.Remove(command.As!);
                _imports.Add(command.As!, InstanceOf(command.Name)!);
                return null;
            case "wait":
                return Join(command.Thread!);
            case "action":
                Perform(command.Action!);
                return null;
            case "assert_return":
                return Compare(command, Perform(command.Action!));
            case "assert_trap" or "assert_exhaustion":
                return ExpectTrap(command, () => Perform(command.Action!));
            case "assert_exception":
                return ExpectException(command);
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

    // What depends on a module of another profile cannot run; what depends on one that failed is not reported again.
    private bool NeedsWhatWasSkipped(SuiteCommand command) => command switch
    {
        { Type: "assert_invalid" or "assert_malformed" or "wait" } => false,
        { Action: { } action } => InstanceOf(action.Module) is null,
        { Type: "register" } => InstanceOf(command.Name) is null,
        { Type: "module_instance" } => command.Module is { } name ? !_definitions.ContainsKey(name) : _currentDefinition is null,
        _ => command.ReadModule() is not { } bytes
            || WasmModule.Load(bytes, SuiteFeatures.Enabled).Imports.Any(import => _absent.Contains(import.Module)),
    };

    private void Skip(SuiteCommand command)
    {
        switch (command.Type)
        {
            case "module":
                _current = null;
                if (_importsByName && command.Name is not null)
                {
                    _absent.Add(command.Name);
                }
                break;
            case "module_definition":
                _currentDefinition = null;
                break;
            case "register":
                _absent.Add(command.As!);
                break;
        }
    }

    private ModuleInstance? InstanceOf(string? name) => name is null ? _current : _named.GetValueOrDefault(name);

    private WasmValue[] Perform(SuiteAction action)
    {
        var instance = InstanceOf(action.Module)!;
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

    private string? ExpectException(SuiteCommand command)
    {
        try
        {
            Perform(command.Action!);
            return "no exception";
        }
        catch (GuestException)
        {
            return null;
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
            // Only the specification's words for a missing import are binding.
            return exception.IsUnknown == command.ExpectedText!.StartsWith("unknown import", StringComparison.Ordinal)
                ? null
                : $"expected \"{command.ExpectedText}\", got \"{exception.Message}\"";
        }
    }

    private CompiledModule Compile(SuiteCommand command)
    {
        var module = WasmModule.Load(command.ReadModule()!, SuiteFeatures.Enabled);
        _prepare?.Invoke(module);
        return CompiledModule.Compile(module, _cache, _knowsExceptions);
    }

    private ModuleInstance Instantiate(CompiledModule module) => module.Instantiate(_store, _imports.Resolve);

    private void Remember(string? name, ModuleInstance instance)
    {
        if (name is null)
        {
            return;
        }
        _named[name] = instance;
        if (_importsByName)
        {
            _imports.Add(name, instance);
        }
    }
}
