using Mik.Components.HostBinding;

namespace Mik.Wasi.Filesystem.V03;

/// <summary>
/// <c>wasi:filesystem/types</c>: <c>resource descriptor</c>. Guests have no preopened folder, so none is ever made: the methods
/// are here because components import them.
/// </summary>
[WitResource("wasi:filesystem/types", "descriptor")]
internal sealed class Descriptor
{
    /// <summary><c>read-via-stream: func(offset: filesize) -> tuple&lt;stream&lt;u8>, future&lt;result&lt;_, error-code>>></c></summary>
    public (GuestStream, GuestFuture<Result<Unit, FilesystemErrorCode>>) ReadViaStream(ulong offset) =>
        (GuestStream.Empty(), GuestFuture<Result<Unit, FilesystemErrorCode>>.Of(FilesystemErrorCode.BadDescriptor));

    /// <summary><c>write-via-stream: func(data: stream&lt;u8>, offset: filesize) -> future&lt;result&lt;_, error-code>></c></summary>
    public GuestFuture<Result<Unit, FilesystemErrorCode>> WriteViaStream(GuestStream data, ulong offset) =>
        GuestFuture<Result<Unit, FilesystemErrorCode>>.Of(FilesystemErrorCode.BadDescriptor);

    /// <summary><c>append-via-stream: func(data: stream&lt;u8>) -> future&lt;result&lt;_, error-code>></c></summary>
    public GuestFuture<Result<Unit, FilesystemErrorCode>> AppendViaStream(GuestStream data) =>
        GuestFuture<Result<Unit, FilesystemErrorCode>>.Of(FilesystemErrorCode.BadDescriptor);

    /// <summary><c>advise: async func(offset: filesize, length: filesize, advice: advice ) -> result&lt;_, error-code></c></summary>
    public Result<Unit, FilesystemErrorCode> Advise(ulong offset, ulong length, Advice advice) => FilesystemErrorCode.BadDescriptor;

    /// <summary><c>sync-data: async func() -> result&lt;_, error-code></c></summary>
    public Result<Unit, FilesystemErrorCode> SyncData() => FilesystemErrorCode.BadDescriptor;

    /// <summary><c>get-flags: async func() -> result&lt;descriptor-flags, error-code></c></summary>
    public Result<DescriptorFlags, FilesystemErrorCode> GetFlags() => FilesystemErrorCode.BadDescriptor;

    /// <summary><c>get-type: async func() -> result&lt;descriptor-type, error-code></c></summary>
    [WitFunction("[method]descriptor.get-type")]
    public Result<DescriptorType, FilesystemErrorCode> GetDescriptorType() => FilesystemErrorCode.BadDescriptor;

    /// <summary><c>set-size: async func(size: filesize) -> result&lt;_, error-code></c></summary>
    public Result<Unit, FilesystemErrorCode> SetSize(ulong size) => FilesystemErrorCode.BadDescriptor;

    /// <summary>
    /// <c>set-times: async func(data-access-timestamp: new-timestamp, data-modification-timestamp: new-timestamp) -> result&lt;_, error-code></c>
    /// </summary>
    public Result<Unit, FilesystemErrorCode> SetTimes(NewTimestamp dataAccessTimestamp, NewTimestamp dataModificationTimestamp) =>
        FilesystemErrorCode.BadDescriptor;

    /// <summary><c>read-directory: func() -> tuple&lt;stream&lt;directory-entry>, future&lt;result&lt;_, error-code>>></c></summary>
    public (GuestStream, GuestFuture<Result<Unit, FilesystemErrorCode>>) ReadDirectory() =>
        (GuestStream.Empty(), GuestFuture<Result<Unit, FilesystemErrorCode>>.Of(FilesystemErrorCode.BadDescriptor));

    /// <summary><c>sync: async func() -> result&lt;_, error-code></c></summary>
    public Result<Unit, FilesystemErrorCode> Sync() => FilesystemErrorCode.BadDescriptor;

    /// <summary><c>create-directory-at: async func(path: string) -> result&lt;_, error-code></c></summary>
    public Result<Unit, FilesystemErrorCode> CreateDirectoryAt(string path) => FilesystemErrorCode.BadDescriptor;

    /// <summary><c>stat: async func() -> result&lt;descriptor-stat, error-code></c></summary>
    public Result<DescriptorStat, FilesystemErrorCode> Stat() => FilesystemErrorCode.BadDescriptor;

    /// <summary><c>stat-at: async func(path-flags: path-flags, path: string) -> result&lt;descriptor-stat, error-code></c></summary>
    public Result<DescriptorStat, FilesystemErrorCode> StatAt(PathFlags pathFlags, string path) => FilesystemErrorCode.BadDescriptor;

    /// <summary>
    /// <c>set-times-at: async func(path-flags: path-flags, path: string, data-access-timestamp: new-timestamp, data-modification-timestamp: new-timestamp) ->
    /// result&lt;_, error-code></c>
    /// </summary>
    public Result<Unit, FilesystemErrorCode> SetTimesAt(
        PathFlags pathFlags, string path, NewTimestamp dataAccessTimestamp, NewTimestamp dataModificationTimestamp) => FilesystemErrorCode.BadDescriptor;

    /// <summary>
    /// <c>link-at: async func(old-path-flags: path-flags, old-path: string, new-descriptor: borrow&lt;descriptor>, new-path: string) -> result&lt;_,
    /// error-code></c>
    /// </summary>
    public Result<Unit, FilesystemErrorCode> LinkAt(PathFlags oldPathFlags, string oldPath, Descriptor newDescriptor, string newPath) =>
        FilesystemErrorCode.BadDescriptor;

    /// <summary>
    /// <c>open-at: async func(path-flags: path-flags, path: string, open-flags: open-flags, %flags: descriptor-flags) -> result&lt;descriptor,
    /// error-code></c>
    /// </summary>
    public Result<Descriptor, FilesystemErrorCode> OpenAt(PathFlags pathFlags, string path, OpenFlags openFlags, DescriptorFlags flags) =>
        FilesystemErrorCode.BadDescriptor;

    /// <summary><c>readlink-at: async func(path: string) -> result&lt;string, error-code></c></summary>
    public Result<string, FilesystemErrorCode> ReadlinkAt(string path) => FilesystemErrorCode.BadDescriptor;

    /// <summary><c>remove-directory-at: async func(path: string) -> result&lt;_, error-code></c></summary>
    public Result<Unit, FilesystemErrorCode> RemoveDirectoryAt(string path) => FilesystemErrorCode.BadDescriptor;

    /// <summary><c>rename-at: async func(old-path: string, new-descriptor: borrow&lt;descriptor>, new-path: string) -> result&lt;_, error-code></c></summary>
    public Result<Unit, FilesystemErrorCode> RenameAt(string oldPath, Descriptor newDescriptor, string newPath) => FilesystemErrorCode.BadDescriptor;

    /// <summary><c>symlink-at: async func(old-path: string, new-path: string) -> result&lt;_, error-code></c></summary>
    public Result<Unit, FilesystemErrorCode> SymlinkAt(string oldPath, string newPath) => FilesystemErrorCode.BadDescriptor;

    /// <summary><c>unlink-file-at: async func(path: string) -> result&lt;_, error-code></c></summary>
    public Result<Unit, FilesystemErrorCode> UnlinkFileAt(string path) => FilesystemErrorCode.BadDescriptor;

    /// <summary><c>is-same-object: async func(other: borrow&lt;descriptor>) -> bool</c></summary>
    public bool IsSameObject(Descriptor other) => ReferenceEquals(this, other);

    /// <summary><c>metadata-hash: async func() -> result&lt;metadata-hash-value, error-code></c></summary>
    public Result<MetadataHashValue, FilesystemErrorCode> MetadataHash() => FilesystemErrorCode.BadDescriptor;

    /// <summary><c>metadata-hash-at: async func(path-flags: path-flags, path: string) -> result&lt;metadata-hash-value, error-code></c></summary>
    public Result<MetadataHashValue, FilesystemErrorCode> MetadataHashAt(PathFlags pathFlags, string path) => FilesystemErrorCode.BadDescriptor;
}
