using System.Text;
using Mik.Components.Decoding;
using Mik.Components.HostBinding;
using Mik.Components.Linking;
using Mik.Components.Model;
using Mik.Conformance.Tests.Suites;
using Mik.Testing;
using Mik.Wasm.Execution;
using Mik.Wasm.Instantiation;

namespace Mik.Conformance.Tests.Components;

/// <summary>
/// Damages the suites' components, and runs those that still validate: every export is called with some values. Whatever
/// happens is a result or one of the exceptions that say so.
/// </summary>
public sealed class ComponentRunMutationTests
{
    private const int MutantsPerGroup = 3_000;
    private const int LargestComponent = 8_000;
    private static readonly ExecutionLimits Limits = new() { MemoryBytes = 64 << 20, TableElements = 100_000, Instances = 100 };

    public static TheoryData<string> Groups => ["upstream-linking", "upstream-resources", "upstream-values", "wasmtime-misc"];

    [ConformanceTheory]
    [MemberData(nameof(Groups))]
    public void Run_MutatedSuiteComponents_GiveResultsOrTheExceptionsForIt(string group)
    {
        var corpus = SuiteArchive.Open(ComponentSuite.Name, group).Modules.Where(component => component.Length <= LargestComponent).ToArray();
        var mutator = new ModuleMutator(seed: 1848, corpus) { KeepsLength = true };
        var linker = ComponentHost.CreateLinker();
        for (var i = 0; i < MutantsPerGroup; i++)
        {
            var bytes = mutator.Next();
            try
            {
                Run(bytes, linker);
            }
            catch (Exception exception) when (IsExpected(exception))
            {
                // Refused or ended.
            }
        }
    }

    private static void Run(byte[] bytes, Linker linker)
    {
        var component = Component.Load(bytes);
        using var deadline = new CancellationTokenSource(TimeSpan.FromMilliseconds(500));
        using var instance = CompiledComponent.Compile(component, linker)
            .Instantiate(new InstanceOptions { Limits = Limits, CancellationToken = deadline.Token });
        foreach (var function in component.Exports.Select(export => instance.GetFunction(export.Name.Text)).OfType<ComponentFunction>())
        {
            if (function.Type is not { } type || type.Parameters.Any(parameter => parameter.Type.Facts.Contains.HasFlag(TypeContents.Resource)))
            {
                continue;
            }
            try
            {
                function.Call([.. type.Parameters.Select(parameter => Sample(parameter.Type))]);
            }
            catch (Exception exception) when (IsExpected(exception))
            {
                // The next export may say something else.
            }
        }
    }

    private static bool IsExpected(Exception exception) =>
        exception is Trap or InvalidComponentException or ComponentLinkException or LinkException
        // What the host functions of the suite assert.
        || exception.GetType().Namespace == "Xunit.Sdk";

    private static object Sample(ComponentValueType type) => type switch
    {
        PrimitiveType { Kind: ComponentTypeKind.String } => "tëxt🍰",
        PrimitiveType { Kind: ComponentTypeKind.Char } => new Rune('x'),
        PrimitiveType { Kind: ComponentTypeKind.Bool } => true,
        PrimitiveType primitive => Convert.ChangeType(7, PrimitiveShape.ClrTypeOf(primitive.Kind), System.Globalization.CultureInfo.InvariantCulture),
        RecordType record => record.Fields.Select(field => (object?)Sample(field.Type)).ToArray(),
        TupleType tuple => tuple.Elements.Select(element => (object?)Sample(element)).ToArray(),
        ListType list => Enumerable.Repeat(Sample(list.Element), (int)Math.Min(list.FixedLength ?? 3, 1_000)).ToArray(),
        EnumType labels => labels.Labels.Count - 1,
        FlagsType => uint.MaxValue,
        OptionType option => new VariantValue(1, Sample(option.Element)),
        ResultType { Ok: { } ok } => new VariantValue(0, Sample(ok)),
        ResultType => new VariantValue(0),
        VariantType { Cases: [.., var last] } variant => new VariantValue(variant.Cases.Count - 1, last.Type is null ? null : Sample(last.Type)),
        _ => throw new ArgumentException($"no sample for {type}", nameof(type)),
    };
}
