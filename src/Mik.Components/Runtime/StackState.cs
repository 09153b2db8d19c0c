using Mik.Wasm.Execution;

namespace Mik.Components.Runtime;

/// <summary>What of an instance belongs to one of its stacks while another has the turn.</summary>
/// <param name="Entry">The thread's entry to the store.</param>
/// <param name="Task">The task whose core code runs there.</param>
/// <param name="ContextSlots">What <c>context.get</c> gives it.</param>
/// <param name="CallsInside">Calls that have begun there.</param>
/// <param name="Group">The call that it is a part of, where an instance serves several.</param>
/// <param name="Lends">Handles that are lent there, by instance.</param>
internal readonly record struct StackState(
    StoreEntry Entry, GuestTask? Task, long ContextSlots, int CallsInside, TaskGroup? Group, List<(InstanceScope Scope, List<int> Lends)>? Lends);
