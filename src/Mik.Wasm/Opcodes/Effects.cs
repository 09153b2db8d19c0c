namespace Mik.Wasm.Opcodes;

/// <summary>What an instruction does besides turning operands into results. Pure instructions may be delayed and reordered freely.</summary>
[Flags]
internal enum Effects
{
    /// <summary>Nothing but the result.</summary>
    Pure = 0,
    /// <summary>May end the guest with a trap.</summary>
    MayTrap = 1,
    /// <summary>The result depends on linear memory (its contents or its size).</summary>
    ReadsMemory = 2,
    /// <summary>Changes linear memory (its contents or its size).</summary>
    WritesMemory = 4,
    /// <summary>The result depends on a table.</summary>
    ReadsTable = 8,
    /// <summary>Changes a table.</summary>
    WritesTable = 16,
    /// <summary>The result depends on a global.</summary>
    ReadsGlobal = 32,
    /// <summary>Changes a global.</summary>
    WritesGlobal = 64,
    /// <summary>The result depends on a local.</summary>
    ReadsLocal = 128,
    /// <summary>Changes a local.</summary>
    WritesLocal = 256,
    /// <summary>Begins, ends or leaves a block.</summary>
    Control = 512,
    /// <summary>Runs another function, which may do anything but change this function's locals.</summary>
    Calls = 1024,
    /// <summary>Drops a data or element segment.</summary>
    DropsSegment = 2048,
    /// <summary>Orders accesses of several threads.</summary>
    Synchronizes = 4096,
    /// <summary>The result depends on a structure or an array.</summary>
    ReadsObject = 8192,
    /// <summary>Changes a structure or an array.</summary>
    WritesObject = 16384,
    /// <summary>Makes a structure, an array or an exception.</summary>
    Allocates = 32768,
    /// <summary>Throws an exception that the guest may catch.</summary>
    Throws = 65536,
}
