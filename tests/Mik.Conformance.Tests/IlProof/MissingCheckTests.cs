using System.Reflection;
using System.Reflection.Emit;
using Mik.Conformance.Tests.Suites;
using Mik.Wasm.Execution;
using Mik.Wasm.Model;
using Mik.Wasm.Validation;

namespace Mik.Conformance.Tests.IlProof;

/// <summary>The proof sees it when a check is missing: each kind in turn is taken out of code that has it once.</summary>
public sealed class MissingCheckTests
{
    private const int EnoughOfAKind = 20;

    private static readonly string[] Groups = ["core", "bulk-memory", "memory64", "multi-memory", "simd", "proposal-threads", "gc"];

    public static TheoryData<string> Checks =>
    [
        nameof(RuntimeOperations.ThrowOutOfBoundsMemoryAccess), nameof(RuntimeOperations.ThrowOutOfBoundsTableAccess),
        nameof(RuntimeOperations.ThrowUndefinedElement), nameof(RuntimeOperations.ThrowUninitializedElement),
        nameof(RuntimeOperations.ThrowIndirectCallTypeMismatch), nameof(RuntimeOperations.StackCheckFailed),
        nameof(RuntimeOperations.Interrupted), nameof(RuntimeOperations.ThrowNullFunctionReference),
        nameof(RuntimeOperations.ThrowNullStructureReference), nameof(RuntimeOperations.ThrowNullArrayReference),
        nameof(RuntimeOperations.ThrowNullI31Reference), nameof(RuntimeOperations.ThrowOutOfBoundsArrayAccess),
    ];

    [ConformanceTheory]
    [MemberData(nameof(Checks))]
    public void Proof_WithoutACheck_Complains(string check)
    {
        var tried = 0;
        foreach (var (method, code) in Modules().SelectMany(ModuleProver.MethodsOf))
        {
            var places = PlacesOf(code, check);
            if (places.Count != 1 || !IsNeeded(check, method, code))
            {
                continue;
            }
            Assert.Empty(new MethodProver(method, code).Prove());
            var complaints = new MethodProver(method, Without(code, places[0])).Prove();
            Assert.True(complaints.Count > 0, $"{method.Name} of {method.Module.Bytes.Length} bytes is proved without its check");
            Assert.All(complaints, complaint => Assert.StartsWith(method.Name, complaint, StringComparison.Ordinal));
            if (++tried == Enough(check))
            {
                break;
            }
        }
        Assert.True(tried >= Enough(check), $"only {tried} methods have this check once");
    }

    private static int Enough(string check) =>
        check.StartsWith("ThrowNull", StringComparison.Ordinal) ? 3 : check == nameof(RuntimeOperations.ThrowOutOfBoundsArrayAccess) ? 3 : EnoughOfAKind;

    private static IEnumerable<WasmModule> Modules() =>
        from @group in Groups
        let archive = SuiteArchive.Open("spec", @group)
        from file in archive.Files
        from command in archive.ReadFile(file).CommandsOf(SuiteProfile.Cm02)
        where command is { Type: "module", Kind: "core" } && Core.SuiteFeatures.AreEnabled(command.Requires) && command.ReadModule() is not null
        select WasmModule.Load(command.ReadModule()!, Core.SuiteFeatures.Enabled);

    // A loop may have no branch back, and a call may stand where nothing comes by.
    private static bool IsNeeded(string check, MethodUnderProof method, List<IlInstruction> code) => check switch
    {
        nameof(RuntimeOperations.Interrupted) => code.Exists(instruction => instruction.Targets.Any(target => target <= instruction.Offset)),
        nameof(RuntimeOperations.StackCheckFailed) => code.Exists(instruction =>
            instruction.Code == OpCodes.Calli || (instruction.Member is MethodInfo callee && method.IsGuest(callee))),
        // The length of a new array is known, and that a constant is null; each trap ends with one that is thrown.
        nameof(RuntimeOperations.ThrowOutOfBoundsArrayAccess) => !code.Exists(instruction => instruction.Member?.Name == nameof(ArrayOperations.New))
            && code.Count(instruction => instruction.Code == OpCodes.Ldnull) == code.Count(instruction => instruction.Code == OpCodes.Throw),
        // Another test may have shown it already.
        nameof(RuntimeOperations.ThrowNullFunctionReference) or nameof(RuntimeOperations.ThrowNullStructureReference)
            or nameof(RuntimeOperations.ThrowNullArrayReference) or nameof(RuntimeOperations.ThrowNullI31Reference) =>
                code.Count(instruction => instruction.Code.Name![..2] == "br" && instruction.Code.StackBehaviourPop == StackBehaviour.Popi) == 1,
        _ => true,
    };

    /// <summary>The branches to where a check ends when it fails.</summary>
    private static List<int> PlacesOf(List<IlInstruction> code, string check)
    {
        var places = new List<int>();
        for (var i = 0; i < code.Count; i++)
        {
            if (code[i] is { Targets: [var target], Code.FlowControl: FlowControl.Cond_Branch })
            {
                var end = code.FindIndex(instruction => instruction.Offset == target);
                end += code[end].Code.Name == "ldarg.0" ? 1 : 0;
                if (end < code.Count && code[end].Member?.Name == check)
                {
                    places.Add(i);
                }
            }
        }
        return places;
    }

    private static List<IlInstruction> Without(List<IlInstruction> code, int place)
    {
        var branch = code[place];
        var isUnary = branch.Code.StackBehaviourPop == StackBehaviour.Popi;
        List<IlInstruction> pops = [new(branch.Offset, OpCodes.Pop, 0, null, [])];
        if (!isUnary)
        {
            pops.Add(new(branch.Offset + 1, OpCodes.Pop, 0, null, []));
        }
        return [.. code[..place], .. pops, .. code[(place + 1)..]];
    }
}
