using Mik.Wasm.Decoding;
using Mik.Wasm.Model;

namespace Mik.Wasm.Tests.Decoding;

public sealed class WasmReaderTests
{
    [Theory]
    [InlineData(new byte[] { 0x00 }, 0u)]
    [InlineData(new byte[] { 0x7F }, 127u)]
    [InlineData(new byte[] { 0x80, 0x01 }, 128u)]
    [InlineData(new byte[] { 0x80, 0x00 }, 0u)]
    [InlineData(new byte[] { 0x80, 0x80, 0x80, 0x80, 0x00 }, 0u)]
    [InlineData(new byte[] { 0xFF, 0xFF, 0xFF, 0xFF, 0x0F }, uint.MaxValue)]
    public void ReadU32_WithinFiveBytes_GivesTheNumber(byte[] bytes, uint expected)
    {
        var reader = Over(bytes);
        Assert.Equal(expected, reader.ReadU32());
        Assert.True(reader.IsAtEnd);
    }

    [Theory]
    [InlineData(new byte[] { 0xFF, 0xFF, 0xFF, 0xFF, 0x1F }, "integer too large")]
    [InlineData(new byte[] { 0x80, 0x80, 0x80, 0x80, 0x70 }, "integer too large")]
    [InlineData(new byte[] { 0x80, 0x80, 0x80, 0x80, 0x80, 0x00 }, "integer representation too long")]
    [InlineData(new byte[] { 0x80, 0x80 }, "unexpected end of section or function")]
    [InlineData(new byte[] { }, "unexpected end of section or function")]
    public void ReadU32_TooLongTooLargeOrCut_IsMalformed(byte[] bytes, string reason) =>
        AssertMalformed(reason, () => Over(bytes).ReadU32());

    [Theory]
    [InlineData(new byte[] { 0x7F }, -1)]
    [InlineData(new byte[] { 0x40 }, -64)]
    [InlineData(new byte[] { 0x3F }, 63)]
    [InlineData(new byte[] { 0xFF, 0x00 }, 127)]
    [InlineData(new byte[] { 0xFF, 0xFF, 0xFF, 0xFF, 0x07 }, int.MaxValue)]
    [InlineData(new byte[] { 0x80, 0x80, 0x80, 0x80, 0x78 }, int.MinValue)]
    [InlineData(new byte[] { 0xFF, 0xFF, 0xFF, 0xFF, 0x7F }, -1)]
    public void ReadS32_WithinFiveBytes_GivesTheNumber(byte[] bytes, int expected) => Assert.Equal(expected, Over(bytes).ReadS32());

    [Theory]
    [InlineData(new byte[] { 0xFF, 0xFF, 0xFF, 0xFF, 0x0F }, "integer too large")]
    [InlineData(new byte[] { 0x80, 0x80, 0x80, 0x80, 0x08 }, "integer too large")]
    [InlineData(new byte[] { 0x80, 0x80, 0x80, 0x80, 0x70 }, "integer too large")]
    [InlineData(new byte[] { 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F }, "integer representation too long")]
    public void ReadS32_TooLongOrTooLarge_IsMalformed(byte[] bytes, string reason) =>
        AssertMalformed(reason, () => Over(bytes).ReadS32());

    [Fact]
    public void ReadS64_Extremes_GivesTheNumber()
    {
        Assert.Equal(long.MinValue, Over([0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x7F]).ReadS64());
        Assert.Equal(long.MaxValue, Over([0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x00]).ReadS64());
        Assert.Equal(ulong.MaxValue, Over([0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01]).ReadU64());
        AssertMalformed("integer too large", () => Over([0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x7E]).ReadS64());
        AssertMalformed("integer too large", () => Over([0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x02]).ReadU64());
        AssertMalformed(
            "integer representation too long", () => Over([0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00]).ReadS64());
    }

    [Fact]
    public void ReadName_MalformedUtf8OrTooLong_IsMalformed()
    {
        Assert.Equal("né", Over([3, (byte)'n', 0xC3, 0xA9]).ReadName());
        AssertMalformed("malformed UTF-8 encoding", () => Over([1, 0xFF]).ReadName());
        AssertMalformed("malformed UTF-8 encoding", () => Over([2, 0xC0, 0x80]).ReadName());
        AssertMalformed("malformed UTF-8 encoding", () => Over([3, 0xED, 0xA0, 0x80]).ReadName());
        AssertMalformed("length out of bounds", () => Over([9, (byte)'n']).ReadName());
    }

    [Fact]
    public void ReadCount_MoreThanTheBytesHold_IsMalformedBeforeAnythingIsAllocated()
    {
        AssertMalformed(
            "unexpected end of section or function: length out of bounds",
            () => Over([0xFF, 0xFF, 0xFF, 0xFF, 0x0F]).ReadCount("things", int.MaxValue));
        AssertMalformed(
            "unexpected end of section or function: length out of bounds", () => Over([2, 0, 0, 0]).ReadCount("things", 100, elementBytes: 2));
        var error = Assert.Throws<InvalidModuleException>(() => Over([3, 0, 0, 0]).ReadCount("things", 2));
        Assert.Equal("3 things, more than the limit of 2", error.Reason);
    }

    private static WasmReader Over(byte[] bytes) => new(bytes, 0, bytes.Length, WasmFeatures.All);

    private static void AssertMalformed(string reason, Action read)
    {
        var error = Assert.Throws<InvalidModuleException>(read);
        Assert.Equal(reason, error.Reason);
        Assert.True(error.IsMalformed);
    }
}
