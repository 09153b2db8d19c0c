using System.Reflection;
using System.Reflection.Emit;

namespace Mik.Conformance.Tests.IlProof;

/// <summary>One CIL instruction of an emitted method, decoded.</summary>
/// <param name="Offset">Where it begins.</param>
/// <param name="Code">The operation.</param>
/// <param name="Number">Its number: a constant, or the index of a local or argument.</param>
/// <param name="Member">Its method, field or type.</param>
/// <param name="Targets">Where it may branch to.</param>
internal sealed record IlInstruction(int Offset, OpCode Code, long Number, MemberInfo? Member, int[] Targets)
{
    /// <summary>Whether the next instruction is reached from here.</summary>
    public bool FallsThrough => Code.FlowControl is not (FlowControl.Branch or FlowControl.Return or FlowControl.Throw);
}
