using System.Reflection;
using Mik.Wasm.Execution;
using Mik.Wasm.Objects;
using Il = System.Reflection.Emit.OpCodes;

namespace Mik.Wasm.Translation;

/// <summary>
/// Structures in emitted code. Objects are held as <c>object</c> everywhere, and their fields are used without a cast: validation has proved what an
/// object is. A field is always named by the class that declares it, since the compiler takes others for other memory.
/// </summary>
internal static class ObjectEmitter
{
    private const int HeapBudgetOffset = 24;

    /// <summary>The field with the type word.</summary>
    public static readonly FieldInfo TypeWord = typeof(GuestObject).GetField(nameof(GuestObject.Type))!;

    /// <summary>Makes a structure, or an exception.</summary>
    /// <param name="function">The function.</param>
    /// <param name="layout">Where the fields are.</param>
    /// <param name="loadType">Loads the type word.</param>
    /// <param name="loadField">Loads the value of a field; null when all are zero.</param>
    /// <returns>An IL local with the object, which the caller releases.</returns>
    public static int EmitNew(FunctionTranslator function, StructureLayout layout, Action loadType, Action<int>? loadField)
    {
        var il = function.Il;
        var result = function.Pool.Acquire(StackType.Object);
        il.NewObject(layout.Shapes[0].Constructor);
        il.StoreLocal(result);
        il.LoadLocal(result);
        loadType();
        il.Emit(Il.Stfld, TypeWord);
        var current = function.Pool.Acquire(StackType.Object);
        il.LoadLocal(result);
        il.StoreLocal(current);
        for (var i = 1; i < layout.Shapes.Length; i++)
        {
            EmitFields(il, layout, current, i - 1, loadField);
            var next = function.Pool.Acquire(StackType.Object);
            il.NewObject(layout.Shapes[i].Constructor);
            il.StoreLocal(next);
            il.LoadLocal(current);
            il.LoadLocal(next);
            il.Emit(Il.Stfld, layout.Link(i - 1));
            function.Pool.Release(StackType.Object, current);
            current = next;
        }
        EmitFields(il, layout, current, layout.Shapes.Length - 1, loadField);
        function.Pool.Release(StackType.Object, current);
        EmitCharge(function, result, layout.Bytes);
        return result;
    }

    /// <summary>From a structure to the object that has a field; the structure is on the IL stack.</summary>
    public static void EmitPath(IlWriter il, StructureLayout layout, int field)
    {
        for (var i = 0; i < StructureLayout.ObjectOf(field); i++)
        {
            il.Emit(Il.Ldfld, layout.Link(i));
        }
    }

    /// <summary>Counts an allocation.</summary>
    public static void EmitCharge(FunctionTranslator function, int created, int bytes)
    {
        var il = function.Il;
        if (bytes >= GuestHeap.LeastLarge)
        {
            il.LoadArgument(0);
            il.LoadLocal(created);
            il.LoadInt32(bytes);
            il.Call(WellKnownMethods.ObjectOperation(nameof(ObjectOperations.CountStructure)));
            return;
        }
        var budget = function.Pool.Acquire(StackType.Reference);
        var done = il.DefineLabel();
        il.LoadArgument(0);
        il.Emit(Il.Ldind_I);
        il.LoadInt32(HeapBudgetOffset);
        il.Emit(Il.Add);
        il.StoreLocal(budget);
        il.LoadLocal(budget);
        il.LoadLocal(budget);
        il.Emit(Il.Ldind_I8);
        il.LoadInt64(bytes);
        il.Emit(Il.Sub);
        il.Emit(Il.Stind_I8);
        il.LoadLocal(budget);
        il.Emit(Il.Ldind_I8);
        il.LoadInt64(0);
        il.Branch(Il.Bge, done);
        il.LoadArgument(0);
        il.LoadLocal(created);
        il.Call(WellKnownMethods.RuntimeOperation(nameof(RuntimeOperations.SampleAllocation)));
        il.MarkLabel(done);
        function.Pool.Release(StackType.Reference, budget);
    }

    private static void EmitFields(IlWriter il, StructureLayout layout, int holder, int index, Action<int>? loadField)
    {
        if (loadField is null)
        {
            return;
        }
        for (var i = 0; i < layout.FieldCount; i++)
        {
            if (StructureLayout.ObjectOf(i) == index)
            {
                il.LoadLocal(holder);
                loadField(i);
                il.Emit(Il.Stfld, layout.Field(i));
            }
        }
    }
}
