using Mik.Components.HostBinding;
using Mik.Wasi.Io.Streams;

namespace Mik.Wasi.Filesystem;

/// <summary>
/// <c>wasi:filesystem/types</c>: <c>resource descriptor</c>. Guests have no preopened folder, so none is ever made: the methods
/// are here because components import them.
/// </summary>
[WitResource("wasi:filesystem/types", "descriptor")]
internal sealed class Descriptor
{
    /// <summary><c>read-via-stream: func(offset: filesize) -> result&lt;input-stream, error-code&gt;</c></summary>
    public Result<InputStream, FilesystemErrorCode> ReadViaStream(ulong offset) => FilesystemErrorCode.BadDescriptor;

    /// <summary><c>write-via-stream: func(offset: filesize) -> result&lt;output-stream, error-code&gt;</c></summary>
    public Result<OutputStream, FilesystemErrorCode> WriteViaStream(ulong offset) => FilesystemErrorCode.BadDescriptor;

    /// <summary><c>append-via-stream: func() -> result&lt;output-stream, error-code&gt;</c></summary>
    public Result<OutputStream, FilesystemErrorCode> AppendViaStream() => FilesystemErrorCode.BadDescriptor;

    /// <summary><c>advise: func(offset: filesize, length: filesize, advice: advice) -> result&lt;_, error-code&gt;</c></summary>
    public Result<Unit, FilesystemErrorCode> Advise(ulong offset, ulong length, Advice advice) => FilesystemErrorCode.BadDescriptor;

    /// <summary><c>sync-data: func() -> result&lt;_, error-code&gt;</c></summary>
    public Result<Unit, FilesystemErrorCode> SyncData() => FilesystemErrorCode.BadDescriptor;

    /// <summary><c>get-flags: func() -> result&lt;descriptor-flags, error-code&gt;</c></summary>
    public Result<DescriptorFlags, FilesystemErrorCode> GetFlags() => FilesystemErrorCode.BadDescriptor;

    /// <summary><c>get-type: func() -> result&lt;descriptor-type, error-code&gt;</c></summary>
    [WitFunction("[method]descriptor.get-type")]
    public Result<DescriptorType, FilesystemErrorCode> GetDescriptorType() => FilesystemErrorCode.BadDescriptor;

    /// <summary><c>set-size: func(size: filesize) -> result&lt;_, error-code&gt;</c></summary>
    public Result<Unit, FilesystemErrorCode> SetSize(ulong size) => FilesystemErrorCode.BadDescriptor;

    /// <summary>
    /// <c>set-times: func(data-access-timestamp: new-timestamp, data-modification-timestamp: new-timestamp) -> result&lt;_, error-code&gt;</c>
    /// </summary>
    public Result<Unit, FilesystemErrorCode> SetTimes(NewTimestamp dataAccessTimestamp, NewTimestamp dataModificationTimestamp) =>
        FilesystemErrorCode.BadDescriptor;

    /// <summary><c>read: func(length: filesize, offset: filesize) -> result&lt;tuple&lt;list&lt;u8&gt;, bool&gt;, error-code&gt;</c></summary>
    public Result<(byte[] Contents, bool IsAtEnd), FilesystemErrorCode> Read(ulong length, ulong offset) => FilesystemErrorCode.BadDescriptor;

    /// <summary><c>write: func(buffer: list&lt;u8&gt;, offset: filesize) -> result&lt;filesize, error-code&gt;</c></summary>
    public Result<ulong, FilesystemErrorCode> Write(ReadOnlySpan<byte> buffer, ulong offset) => FilesystemErrorCode.BadDescriptor;

    /// <summary><c>read-directory: func() -> result&lt;directory-entry-stream, error-code&gt;</c></summary>
    public Result<DirectoryEntryStream, FilesystemErrorCode> ReadDirectory() => FilesystemErrorCode.BadDescriptor;

    /// <summary><c>sync: func() -> result&lt;_, error-code&gt;</c></summary>
    public Result<Unit, FilesystemErrorCode> Sync() => FilesystemErrorCode.BadDescriptor;

    /// <summary><c>create-directory-at: func(path: string) -> result&lt;_, error-code&gt;</c></summary>
    public Result<Unit, FilesystemErrorCode> CreateDirectoryAt(string path) => FilesystemErrorCode.BadDescriptor;

    /// <summary><c>stat: func() -> result&lt;descriptor-stat, error-code&gt;</c></summary>
    public Result<DescriptorStat, FilesystemErrorCode> Stat() => FilesystemErrorCode.BadDescriptor;

    /// <summary><c>stat-at: func(path-flags: path-flags, path: string) -> result&lt;descriptor-stat, error-code&gt;</c></summary>
    public Result<DescriptorStat, FilesystemErrorCode> StatAt(PathFlags pathFlags, string path) => FilesystemErrorCode.BadDescriptor;

    /// <summary>
    /// <c>set-times-at: func(path-flags: path-flags, path: string, data-access-timestamp: new-timestamp, data-modification-timestamp: new-timestamp) ->
    /// result&lt;_, error-code&gt;</c>
    /// </summary>
    public Result<Unit, FilesystemErrorCode> SetTimesAt(
        PathFlags pathFlags, string path, NewTimestamp dataAccessTimestamp, NewTimestamp dataModificationTimestamp) => FilesystemErrorCode.BadDescriptor;

    /// <summary>
    /// <c>link-at: func(old-path-flags: path-flags, old-path: string, new-descriptor: borrow&lt;descriptor&gt;, new-path: string) -> result&lt;_,
    /// error-code&gt;</c>
    /// </summary>
    public Result<Unit, FilesystemErrorCode> LinkAt(PathFlags oldPathFlags, string oldPath, Descriptor newDescriptor, string newPath) =>
        FilesystemErrorCode.BadDescriptor;

    /// <summary>
    /// <c>open-at: func(path-flags: path-flags, path: string, open-flags: open-flags, %flags: descriptor-flags) -> result&lt;descriptor, error-code&gt;</c>
    /// </summary>
    public Result<Descriptor, FilesystemErrorCode> OpenAt(PathFlags pathFlags, string path, OpenFlags openFlags, DescriptorFlags flags) =>
        FilesystemErrorCode.BadDescriptor;

    /// <summary><c>readlink-at: func(path: string) -> result&lt;string, error-code&gt;</c></summary>
    public Result<string, FilesystemErrorCode> ReadlinkAt(string path) => FilesystemErrorCode.BadDescriptor;

    /// <summary><c>remove-directory-at: func(path: string) -> result&lt;_, error-code&gt;</c></summary>
    public Result<Unit, FilesystemErrorCode> RemoveDirectoryAt(string path) => FilesystemErrorCode.BadDescriptor;

    /// <summary><c>rename-at: func(old-path: string, new-descriptor: borrow&lt;descriptor&gt;, new-path: string) -> result&lt;_, error-code&gt;</c></summary>
    public Result<Unit, FilesystemErrorCode> RenameAt(string oldPath, Descriptor newDescriptor, string newPath) => FilesystemErrorCode.BadDescriptor;

    /// <summary><c>symlink-at: func(old-path: string, new-path: string) -> result&lt;_, error-code&gt;</c></summary>
    public Result<Unit, FilesystemErrorCode> SymlinkAt(string oldPath, string newPath) => FilesystemErrorCode.BadDescriptor;

    /// <summary><c>unlink-file-at: func(path: string) -> result&lt;_, error-code&gt;</c></summary>
    public Result<Unit, FilesystemErrorCode> UnlinkFileAt(string path) => FilesystemErrorCode.BadDescriptor;

    /// <summary><c>is-same-object: func(other: borrow&lt;descriptor&gt;) -> bool</c></summary>
    public bool IsSameObject(Descriptor other) => ReferenceEquals(this, other);

    /// <summary><c>metadata-hash: func() -> result&lt;metadata-hash-value, error-code&gt;</c></summary>
    public Result<MetadataHashValue, FilesystemErrorCode> MetadataHash() => FilesystemErrorCode.BadDescriptor;

    /// <summary><c>metadata-hash-at: func(path-flags: path-flags, path: string) -> result&lt;metadata-hash-value, error-code&gt;</c></summary>
    public Result<MetadataHashValue, FilesystemErrorCode> MetadataHashAt(PathFlags pathFlags, string path) => FilesystemErrorCode.BadDescriptor;
}
