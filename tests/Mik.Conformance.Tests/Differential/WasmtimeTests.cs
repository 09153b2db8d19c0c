using Mik.Conformance.Tests.Suites;
using Mik.Fuzz.Engines;
using Mik.Fuzz.Modules;

namespace Mik.Conformance.Tests.Differential;

/// <summary>A second engine checks the first, on what <c>tools/Mik.Fuzz</c> makes at random; it runs longer there.</summary>
public sealed class WasmtimeTests
{
    private const int Fuel = 400;

    [WasmtimeFact]
    public void Engine_RandomModules_AgreesWithWasmtime() => FailureList.AssertEmpty(Enumerable.Range(1, 100).Select(seed =>
    {
        var module = ModuleGenerator.Generate((ulong)seed);
        var mine = MikRunner.Run(module, Fuel);
        var other = WasmtimeRunner.Run(module, Fuel);
        return mine == other ? null : $"seed {seed}\n  mik      {mine}\n  wasmtime {other}";
    }).OfType<string>());
}
