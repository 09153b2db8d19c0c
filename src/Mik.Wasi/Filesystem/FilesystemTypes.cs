using Mik.Components.HostBinding;
using Mik.Wasi.Clocks;
using Mik.Wasi.Io;

namespace Mik.Wasi.Filesystem;

/// <summary><c>wasi:filesystem/types</c>: <c>enum descriptor-type</c>.</summary>
internal enum DescriptorType
{
    Unknown, BlockDevice, CharacterDevice, Directory, Fifo, SymbolicLink, RegularFile, Socket,
}

/// <summary><c>wasi:filesystem/types</c>: <c>flags descriptor-flags</c>.</summary>
[Flags]
internal enum DescriptorFlags
{
    Read = 1, Write = 2, FileIntegritySync = 4, DataIntegritySync = 8, RequestedWriteSync = 16, MutateDirectory = 32,
}

/// <summary><c>wasi:filesystem/types</c>: <c>flags path-flags</c>.</summary>
[Flags]
internal enum PathFlags
{
    SymlinkFollow = 1,
}

/// <summary><c>wasi:filesystem/types</c>: <c>flags open-flags</c>.</summary>
[Flags]
internal enum OpenFlags
{
    Create = 1, Directory = 2, Exclusive = 4, Truncate = 8,
}

/// <summary><c>wasi:filesystem/types</c>: <c>enum advice</c>.</summary>
internal enum Advice
{
    Normal, Sequential, Random, WillNeed, DontNeed, NoReuse,
}

/// <summary><c>wasi:filesystem/types</c>: <c>enum error-code</c>.</summary>
internal enum FilesystemErrorCode
{
    Access, WouldBlock, Already, BadDescriptor, Busy, Deadlock, Quota, Exist, FileTooLarge, IllegalByteSequence, InProgress,
    Interrupted, Invalid, Io, IsDirectory, Loop, TooManyLinks, MessageSize, NameTooLong, NoDevice, NoEntry, NoLock,
    InsufficientMemory, InsufficientSpace, NotDirectory, NotEmpty, NotRecoverable, Unsupported, NoTty, NoSuchDevice, Overflow,
    NotPermitted, Pipe, ReadOnly, InvalidSeek, TextFileBusy, CrossDevice,
}

/// <summary><c>wasi:filesystem/types</c>: <c>record descriptor-stat</c>.</summary>
internal readonly record struct DescriptorStat(
    DescriptorType Type, ulong LinkCount, ulong Size, Datetime? DataAccessTimestamp, Datetime? DataModificationTimestamp, Datetime? StatusChangeTimestamp);

/// <summary><c>wasi:filesystem/types</c>: <c>variant new-timestamp</c>.</summary>
[WitCase("no-change")]
[WitCase("now")]
[WitCase("timestamp", typeof(Datetime))]
internal readonly record struct NewTimestamp(int Case, object? Payload) : IWitVariant;

/// <summary><c>wasi:filesystem/types</c>: <c>record directory-entry</c>.</summary>
internal readonly record struct DirectoryEntry(DescriptorType Type, string Name);

/// <summary><c>wasi:filesystem/types</c>: <c>record metadata-hash-value</c>.</summary>
internal readonly record struct MetadataHashValue(ulong Lower, ulong Upper);

/// <summary>The free function of <c>wasi:filesystem/types</c>.</summary>
[WitInterface("wasi:filesystem/types")]
internal static class FilesystemTypes
{
    /// <summary><c>filesystem-error-code: func(err: borrow&lt;error&gt;) -> option&lt;error-code&gt;</c></summary>
    [WitFunction("filesystem-error-code")]
    public static FilesystemErrorCode? ErrorCodeOf(IoError err) => null;
}

/// <summary><c>wasi:filesystem/preopens</c>: a guest has no folders.</summary>
[WitInterface("wasi:filesystem/preopens")]
internal static class Preopens
{
    /// <summary><c>get-directories: func() -> list&lt;tuple&lt;descriptor, string&gt;&gt;</c></summary>
    [SameForAll]
    public static (Descriptor Directory, string Name)[] GetDirectories() => [];
}

/// <summary><c>wasi:filesystem/types</c>: <c>resource directory-entry-stream</c>. None is ever made.</summary>
[WitResource("wasi:filesystem/types", "directory-entry-stream")]
internal sealed class DirectoryEntryStream
{
    /// <summary><c>read-directory-entry: func() -> result&lt;option&lt;directory-entry&gt;, error-code&gt;</c></summary>
    public Result<DirectoryEntry?, FilesystemErrorCode> ReadDirectoryEntry() => FilesystemErrorCode.BadDescriptor;
}
