using Mik.Wasm.Model;

namespace Mik.Wasm.Decoding;

/// <summary>The code section (core specification 5.5.13): reads the locals and cuts out the instructions.</summary>
internal static class CodeSection
{
    public static void Decode(ref WasmReader reader, WasmModule module, int declaredFunctions)
    {
        var offset = reader.Position;
        var count = reader.ReadCount("functions", ModuleLimits.Functions, elementBytes: 2, memoryBytes: 100);
        if (count != declaredFunctions)
        {
            Throw.Malformed("function and code section have inconsistent lengths", offset);
        }
        var bodies = new FunctionBody[count];
        for (var i = 0; i < bodies.Length; i++)
        {
            bodies[i] = ReadBody(ref reader);
        }
        module.Bodies = bodies;
    }

    private static FunctionBody ReadBody(ref WasmReader reader)
    {
        var offset = reader.Position;
        var size = reader.ReadU32();
        if (size > ModuleLimits.FunctionBytes)
        {
            Throw.OverLimit($"function of {size} bytes, more than the limit of {ModuleLimits.FunctionBytes}", offset, isMalformed: true);
        }
        var body = reader.ReadRange(size);
        var groups = new (int Count, WasmValueType Type)[body.ReadCount("groups of locals", ModuleLimits.Locals, elementBytes: 2, memoryBytes: 8)];
        var total = 0L;
        for (var i = 0; i < groups.Length; i++)
        {
            offset = body.Position;
            var count = body.ReadU32();
            total += count;
            if (total > ModuleLimits.Locals)
            {
                Throw.OverLimit($"too many locals: more than {ModuleLimits.Locals}", offset, isMalformed: true);
            }
            groups[i] = ((int)count, body.ReadValueType());
        }
        return new FunctionBody(groups.AsImmutable(), (int)total, body.Position, body.Remaining);
    }
}
