using Mik.Components.Model;
using Mik.Components.Validation;
using Mik.Wasm.Decoding;

namespace Mik.Components.Decoding;

/// <summary>What an import or export says about itself beside its name (Binary.md, "nameattributes").</summary>
/// <param name="Implements">The interface that an instance implements.</param>
/// <param name="VersionSuffix">What was cut off a canonical version.</param>
/// <param name="ExternalId">A name of the outside world.</param>
internal readonly record struct NameAttributes(InterfaceName? Implements, string? VersionSuffix, string? ExternalId)
{
    public static NameAttributes Read(ref WasmReader reader, ExternName name)
    {
        NameAttributes attributes = default;
        var count = reader.ReadCount("name attributes", 100);
        for (var i = 0; i < count; i++)
        {
            var offset = reader.Position;
            var kind = reader.ReadByte();
            var text = reader.ReadName();
            var isRepeated = kind switch
            {
                0x00 => attributes.Implements is not null,
                0x01 => attributes.VersionSuffix is not null,
                _ => attributes.ExternalId is not null,
            };
            if (kind > 0x02)
            {
                Reject.Malformed($"malformed name attribute 0x{kind:x2}", offset);
            }
            if (isRepeated)
            {
                Reject.Invalid($"duplicate attribute of name `{name}`", offset);
            }
            attributes = kind switch
            {
                0x00 => attributes with { Implements = ReadImplements(text, name, offset) },
                0x01 => attributes with { VersionSuffix = CheckVersionSuffix(text, name, offset) },
                _ => attributes with { ExternalId = text },
            };
        }
        return attributes;
    }

    /// <summary>Checks the attributes against the item.</summary>
    public void Check(ExternName name, Sort sort, int offset)
    {
        if (Implements is not null && sort != Sort.Instance)
        {
            Reject.Invalid($"`{name}`: only instances can have an `implements`", offset);
        }
        if (VersionSuffix is not null && sort != Sort.Instance)
        {
            Reject.Invalid($"`{name}`: only instances can have a `versionsuffix`", offset);
        }
    }

    private static InterfaceName ReadImplements(string text, ExternName name, int offset)
    {
        if (name.Kind != ExternNameKind.Label)
        {
            Reject.Invalid($"name `{name}` is not valid with `implements`", offset);
        }
        if (!InterfaceName.TryParse(text, out var implements))
        {
            Reject.Invalid($"name `{text}` must be an interface", offset);
        }
        return implements;
    }

    private static string CheckVersionSuffix(string suffix, ExternName name, int offset)
    {
        var version = name.Interface?.Version ?? "";
        if (!InterfaceName.IsCanonicalVersion(version) || !SemanticVersion.TryParse(version + suffix, out _))
        {
            Reject.Invalid($"invalid interface version of `{name}` with suffix `{suffix}`", offset);
        }
        return suffix;
    }
}
