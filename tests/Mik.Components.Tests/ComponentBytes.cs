using System.Text;

namespace Mik.Components.Tests;

/// <summary>Writes components byte by byte, for tests of what no tool would produce.</summary>
internal static class ComponentBytes
{
    public const byte CoreModuleSection = 1;
    public const byte CoreInstanceSection = 2;
    public const byte CoreTypeSection = 3;
    public const byte ComponentSection = 4;
    public const byte InstanceSection = 5;
    public const byte AliasSection = 6;
    public const byte TypeSection = 7;
    public const byte CanonicalSection = 8;
    public const byte ImportSection = 10;
    public const byte ExportSection = 11;

    public const byte U32 = 0x79;
    public const byte String = 0x73;

    /// <summary>A component of sections.</summary>
    public static byte[] Assemble(params byte[][] sections) => Join([[0x00, 0x61, 0x73, 0x6D, 0x0D, 0x00, 0x01, 0x00], .. sections]);

    /// <summary>A section that is a vector of items.</summary>
    public static byte[] Section(byte id, params byte[][] items) => RawSection(id, Vector(items));

    /// <summary>A section with contents as they are.</summary>
    public static byte[] RawSection(byte id, byte[] contents) => Join([id], Number(contents.Length), contents);

    public static byte[] Vector(params byte[][] items) => Join([Number(items.Length), .. items]);

    public static byte[] Join(params byte[][] parts) => [.. parts.SelectMany(part => part)];

    /// <summary>A length and UTF-8.</summary>
    public static byte[] Name(string text) => Join(Number(Encoding.UTF8.GetByteCount(text)), Encoding.UTF8.GetBytes(text));

    /// <summary>A name of an import or export.</summary>
    public static byte[] ExternName(string text) => Join([0x00], Name(text));

    /// <summary>An unsigned LEB128.</summary>
    public static byte[] Number(int value)
    {
        var bytes = new List<byte>();
        for (var rest = (uint)value; ; rest >>= 7)
        {
            if (rest < 0x80)
            {
                bytes.Add((byte)rest);
                return [.. bytes];
            }
            bytes.Add((byte)(rest | 0x80));
        }
    }

    /// <summary>A type index where a value type is read: a signed LEB128.</summary>
    public static byte[] Index(int value)
    {
        var bytes = Number(value);
        if ((bytes[^1] & 0x40) != 0)
        {
            bytes[^1] |= 0x80;
            bytes = [.. bytes, 0x00];
        }
        return bytes;
    }

    /// <summary><c>(tuple …)</c>.</summary>
    public static byte[] Tuple(params byte[][] elements) => Join([0x6F], Vector(elements));

    /// <summary><c>(func (param …) (result …)?)</c>.</summary>
    public static byte[] Function((string Name, byte[] Type)[] parameters, byte[]? result = null) => Join(
        [0x40],
        Vector([.. parameters.Select(parameter => Join(Name(parameter.Name), parameter.Type))]),
        result is null ? [0x01, 0x00] : Join([0x00], result));

    /// <summary><c>(instance …)</c> of declarations.</summary>
    public static byte[] InstanceType(params byte[][] declarations) => Join([0x42], Vector(declarations));

    /// <summary>A declaration of an instance or component type: <c>(export "name" (type (sub resource)))</c>.</summary>
    public static byte[] DeclareResource(string name) => Join([0x04], ExternName(name), [0x03, 0x01]);

    /// <summary>A declaration of an instance or component type: <c>(export "name" (instance (type index)))</c>.</summary>
    public static byte[] DeclareInstance(string name, int type) => Join([0x04], ExternName(name), [0x05], Number(type));

    /// <summary>A declaration of an instance or component type: <c>(export "name" (func (type index)))</c>.</summary>
    public static byte[] DeclareFunction(string name, int type) => Join([0x04], ExternName(name), [0x01], Number(type));

    /// <summary>A declaration of an instance or component type: a type.</summary>
    public static byte[] DeclareType(byte[] type) => Join([0x01], type);

    /// <summary>A declaration of an instance or component type: <c>(alias outer count index (type))</c>.</summary>
    public static byte[] DeclareOuterType(int count, int index) => Join([0x02, 0x03, 0x02], Number(count), Number(index));

    /// <summary><c>(import "name" (instance (type index)))</c>.</summary>
    public static byte[] ImportInstance(string name, int type) => Join(ExternName(name), [0x05], Number(type));

    /// <summary><c>(import "name" (func (type index)))</c>.</summary>
    public static byte[] ImportFunction(string name, int type) => Join(ExternName(name), [0x01], Number(type));

    /// <summary><c>(import "name" (type (sub resource)))</c>.</summary>
    public static byte[] ImportResource(string name) => Join(ExternName(name), [0x03, 0x01]);

    /// <summary><c>(export "name" (sort index))</c>.</summary>
    public static byte[] Export(string name, byte sort, int index) => Join(ExternName(name), [sort], Number(index), [0x00]);
}
