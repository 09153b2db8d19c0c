using Mik.Components.HostBinding;
using Mik.Wasi.Clocks.V03;

namespace Mik.Wasi.Filesystem.V03;

/// <summary><c>wasi:filesystem/types</c>: <c>variant descriptor-type</c>.</summary>
[WitCase("block-device")]
[WitCase("character-device")]
[WitCase("directory")]
[WitCase("fifo")]
[WitCase("symbolic-link")]
[WitCase("regular-file")]
[WitCase("socket")]
[WitCase("other", typeof(string))]
internal readonly record struct DescriptorType(int Case, object? Payload) : IWitVariant;

/// <summary><c>wasi:filesystem/types</c>: <c>variant error-code</c>.</summary>
[WitCase("access")]
[WitCase("already")]
[WitCase("bad-descriptor")]
[WitCase("busy")]
[WitCase("deadlock")]
[WitCase("quota")]
[WitCase("exist")]
[WitCase("file-too-large")]
[WitCase("illegal-byte-sequence")]
[WitCase("in-progress")]
[WitCase("interrupted")]
[WitCase("invalid")]
[WitCase("io")]
[WitCase("is-directory")]
[WitCase("loop")]
[WitCase("too-many-links")]
[WitCase("message-size")]
[WitCase("name-too-long")]
[WitCase("no-device")]
[WitCase("no-entry")]
[WitCase("no-lock")]
[WitCase("insufficient-memory")]
[WitCase("insufficient-space")]
[WitCase("not-directory")]
[WitCase("not-empty")]
[WitCase("not-recoverable")]
[WitCase("unsupported")]
[WitCase("no-tty")]
[WitCase("no-such-device")]
[WitCase("overflow")]
[WitCase("not-permitted")]
[WitCase("pipe")]
[WitCase("read-only")]
[WitCase("invalid-seek")]
[WitCase("text-file-busy")]
[WitCase("cross-device")]
[WitCase("other", typeof(string))]
internal readonly record struct FilesystemErrorCode(int Case, object? Payload) : IWitVariant
{
    /// <summary><c>bad-descriptor</c>.</summary>
    public static FilesystemErrorCode BadDescriptor => new(2, null);
}

/// <summary><c>wasi:filesystem/types</c>: <c>record descriptor-stat</c>.</summary>
internal readonly record struct DescriptorStat(
    DescriptorType Type, ulong LinkCount, ulong Size, Instant? DataAccessTimestamp, Instant? DataModificationTimestamp, Instant? StatusChangeTimestamp);

/// <summary><c>wasi:filesystem/types</c>: <c>variant new-timestamp</c>.</summary>
[WitCase("no-change")]
[WitCase("now")]
[WitCase("timestamp", typeof(Instant))]
internal readonly record struct NewTimestamp(int Case, object? Payload) : IWitVariant;

/// <summary><c>wasi:filesystem/preopens</c>: a guest has no folders.</summary>
[WitInterface("wasi:filesystem/preopens")]
internal static class Preopens
{
    /// <summary><c>get-directories: func() -> list&lt;tuple&lt;descriptor, string&gt;&gt;</c></summary>
    [SameForAll]
    public static (Descriptor Directory, string Name)[] GetDirectories() => [];
}
