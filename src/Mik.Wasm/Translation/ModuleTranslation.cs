using System.Reflection;
using System.Reflection.Emit;
using Mik.Wasm.Execution;
using Mik.Wasm.Model;
using Mik.Wasm.Objects;
using Mik.Wasm.Validation;
using Il = System.Reflection.Emit.OpCodes;

namespace Mik.Wasm.Translation;

/// <summary>What the functions of a module share while it is translated: methods, signatures, type numbers.</summary>
internal sealed class ModuleTranslation
{
    private const MethodAttributes Static = MethodAttributes.Static | MethodAttributes.Assembly;
    // Beyond these a frame may be larger than what is kept free below the stack limit.
    private const int LargeBodyBytes = 16 * 1024;
    private const int LargeLocalCount = 2000;
    private const int LargestMargin = 512 * 1024;
    private const int ClearedOneByOne = 64;
    private const int FrameBytesPerLocal = 16;

    // A class holds 65,535 methods at most, and a function may need two.
    private const int FunctionsPerClass = 20_000;

    // The just-in-time compiler takes about 500 bytes and a microsecond for each emitted instruction, on whichever thread calls first. So functions with
    // more than this are compiled with the module, one after the other; and large ones, too, if together they are more than those of any real program.
    private const int LongToCompile = 250_000;
    private const int Large = 50_000;
    private const int LargeTogether = 1_200_000;

    private readonly bool[] _throwers;
    private ElementKind?[]? _elements;
    private readonly TypeBuilder[] _owners;
    private readonly CallSignature?[] _signatures;
    private readonly MethodBuilder[] _methods;
    private readonly string[] _names;
    private readonly Dictionary<int, MethodBuilder> _largeBodies = [];
    private readonly LoadBudget _budget;
    private readonly List<(int Function, int Instructions)> _large = [];

    /// <summary>Declares a method for every function.</summary>
    public ModuleTranslation(WasmModule module, ContextLayout layout, EmissionTarget target, bool exceptions)
    {
        module.ValidateFunctions();
        ModuleShapes.Make(module);
        KnowsExceptions = exceptions || module.UsesExceptions;
        _throwers = KnowsExceptions ? Throwers.Find(module) : [];
        Module = module;
        Layout = layout;
        _budget = module.TakeBudget();
        var classCount = Math.Max(1, (module.Bodies.Length + FunctionsPerClass - 1) / FunctionsPerClass);
        _owners = [.. Enumerable.Range(0, classCount).Select(target.DefineClass)];
        _signatures = new CallSignature?[module.Types.Length];
        _methods = new MethodBuilder[module.Bodies.Length];
        _names = new string[module.Bodies.Length];
        for (var i = 0; i < _methods.Length; i++)
        {
            var index = module.ImportedFunctionCount + i;
            var signature = SignatureOf(module.FunctionTypeIndices[index]);
            _names[i] = GuestNames.MethodNameOf(module, index);
            _methods[i] = OwnerOf(i).DefineMethod(_names[i], Static, signature.Return, signature.Parameters);
        }
    }

    public WasmModule Module { get; }

    public ContextLayout Layout { get; }

    /// <summary>Whether the code looks for exceptions after calls.</summary>
    public bool KnowsExceptions { get; }

    /// <summary>Whether an exception may leave a function of the module (imports first).</summary>
    public bool MayThrow(int function) => KnowsExceptions && (Layout.IsImportedFunction(function) || _throwers[function - Module.ImportedFunctionCount]);

    /// <summary>Whether an instruction was translated that may change a table.</summary>
    public bool WritesTables { get; set; }

    /// <summary>The defined functions that take long to compile to machine code.</summary>
    public IEnumerable<int> LongFunctions
    {
        get
        {
            if (_large.Count == 0)
            {
                return [];
            }
            var least = _large.Sum(large => (long)large.Instructions) > LargeTogether ? Large : LongToCompile;
            return _large.Where(large => large.Instructions > least).Select(large => large.Function);
        }
    }

    /// <summary>The classes that hold the methods.</summary>
    public ReadOnlySpan<TypeBuilder> Classes => _owners;

    /// <summary>The defined functions whose methods a class holds.</summary>
    public Range FunctionsOf(int classIndex) => FunctionsOf(Module, classIndex);

    /// <inheritdoc cref="FunctionsOf(int)"/>
    public static Range FunctionsOf(WasmModule module, int classIndex) =>
        (classIndex * FunctionsPerClass)..Math.Min((classIndex + 1) * FunctionsPerClass, module.Bodies.Length);

    /// <summary>The method of a function of the module (imports first; not one of them).</summary>
    public MethodBuilder MethodOf(int function) => _methods[function - Module.ImportedFunctionCount];

    /// <summary>The method that does the work of a defined function.</summary>
    public MethodBuilder BodyOf(int definedIndex) => _largeBodies.GetValueOrDefault(definedIndex, _methods[definedIndex]);

    /// <summary>The signature of a function type of the module.</summary>
    public CallSignature SignatureOf(int type) => _signatures[type] ??= new CallSignature(Module.Types[type]);

    /// <summary>The elements of an array type of the module.</summary>
    public ElementKind ElementsOf(int type) => (_elements ??= new ElementKind?[Module.Definitions.Length])[type] ??= ElementKind.Of(Module.Definitions[type]);

    /// <summary>Loads the number of a function type: the one place that knows how emitted code gets it.</summary>
    public void EmitTypeId(IlWriter il, int type) => il.LoadInt32(Module.Definitions[type].Number);

    /// <summary>Whether the method clears its locals itself. When there are many, the runtime does.</summary>
    public static bool ClearsLocals(FunctionBody body) => body.LocalCount <= ClearedOneByOne;

    /// <summary>Translates a defined function again, for where its instructions begin in the CIL.</summary>
    public List<(int Il, int Position)> PositionsOf(int definedIndex)
    {
        var type = SignatureOf(Module.FunctionTypeIndices[Module.ImportedFunctionCount + definedIndex]);
        var body = NamedLocals.Of(Module, type.Type, Module.Bodies[definedIndex]);
        var translator = new FunctionTranslator(this, type.Type, body, _methods[definedIndex].GetILGenerator(), checksStack: !IsLarge(type.Type, body))
        {
            FunctionIndex = Module.ImportedFunctionCount + definedIndex,
            Positions = [],
        };
        translator.Translate();
        return translator.Positions;
    }

    /// <summary>Fills the method of a defined function.</summary>
    public void Translate(int definedIndex)
    {
        var type = SignatureOf(Module.FunctionTypeIndices[Module.ImportedFunctionCount + definedIndex]);
        var body = NamedLocals.Of(Module, type.Type, Module.Bodies[definedIndex]);
        var method = _methods[definedIndex];
        try
        {
            if (IsLarge(type.Type, body))
            {
                TranslateLarge(definedIndex, type, body);
                return;
            }
            method.InitLocals = !ClearsLocals(body);
            var translator = new FunctionTranslator(this, type.Type, body, method.GetILGenerator(), checksStack: true)
            {
                FunctionIndex = Module.ImportedFunctionCount + definedIndex,
            };
            translator.Translate();
            Count(definedIndex, translator.Il);
            if (translator.HidesComparisons || translator.HasShift || Module.HasLines)
            {
                // A caller could compare the result, or make a rotation with it; or a frame would be missing on the stack of a trap.
                method.SetImplementationFlags(MethodImplAttributes.NoInlining);
            }
        }
        catch (FunctionTooLargeException exception)
        {
            throw new InvalidModuleException(
                $"function {_names[definedIndex]} {exception.Message}", body.Start, isMalformed: false)
            { IsOverLimit = true };
        }
    }

    /// <summary>Whether the method with this name does the work of a large function.</summary>
    public static bool IsLargeBody(string method) => method.EndsWith(GuestStack.BodySuffix, StringComparison.Ordinal);

    /// <summary>Whether two methods do the work of a defined function.</summary>
    public static bool IsLarge(WasmModule module, int definedIndex) =>
        IsLarge(module.FunctionTypeOf(module.ImportedFunctionCount + definedIndex), module.Bodies[definedIndex]);

    private static bool IsLarge(FunctionType type, FunctionBody body) =>
        body.Length > LargeBodyBytes || type.Parameters.Length + body.LocalCount > LargeLocalCount;

    private void Count(int definedIndex, IlWriter il)
    {
        var offset = Module.Bodies[definedIndex].Start;
        _budget.Charge(LoadResource.Emitted, il.Instructions, offset);
        _budget.Charge(LoadResource.Locals, il.LocalCount, offset);
        if (il.Instructions > Large)
        {
            _large.Add((definedIndex, il.Instructions));
        }
    }

    private TypeBuilder OwnerOf(int definedIndex) => _owners[definedIndex / FunctionsPerClass];

    // The check must come before the frame is made, so the function's own method checks and another one does the work.
    private void TranslateLarge(int definedIndex, CallSignature signature, FunctionBody body)
    {
        var work = OwnerOf(definedIndex).DefineMethod(_names[definedIndex] + GuestStack.BodySuffix, Static, signature.Return, signature.Parameters);
        work.InitLocals = !ClearsLocals(body);
        _largeBodies.Add(definedIndex, work);
        var translator = new FunctionTranslator(this, signature.Type, body, work.GetILGenerator(), checksStack: false)
        {
            FunctionIndex = Module.ImportedFunctionCount + definedIndex,
        };
        translator.Translate();
        Count(definedIndex, translator.Il);

        var locals = signature.Parameters.Length + translator.Il.LocalCount;
        var margin = Math.Min((locals * FrameBytesPerLocal) + body.Length, LargestMargin);
        var il = new IlWriter(_methods[definedIndex].GetILGenerator());
        var traps = new TrapBlocks(il, Module.HasLines) { Position = body.Start };
        StackCheck.Emit(il, traps[TrapKind.CallStackExhausted], margin);
        for (var i = 0; i < signature.Parameters.Length; i++)
        {
            il.LoadArgument(i);
        }
        // A chain of tail calls must not leave one of these frames behind at every link.
        il.Emit(Il.Tailcall);
        il.Call(work);
        il.Emit(Il.Ret);
        traps.EmitAll();
        // Inlining would join the two frames again.
        work.SetImplementationFlags(MethodImplAttributes.NoInlining);
    }
}
