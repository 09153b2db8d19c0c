using Mik.Components.Model;
using static Mik.Components.Decoding.ComponentLoading;

namespace Mik.Components.Tests.Validation;

/// <summary>Core functions whose type is not the one of its parameters and results alone: what they match goes by how it is defined.</summary>
public sealed class DefinedFunctionTypeTests
{
    private const string FlatType = "0160017F017F";
    private const string SubType = "01500060017F017F";
    private const string Group = "014E0260017F017F600000";

    [Theory]
    [InlineData(FlatType, true)]
    [InlineData(SubType, false)]
    [InlineData(Group, false)]
    public void Lift_OfAFunction_NeedsTheFlatTypeItself(string types, bool isAllowed)
    {
        // (core module $m TYPES (func (export "x") (type 0) (local.get 0))) (core instance $i (instantiate $m))
        // (func (export "x") (param "a" u32) (result u32) (canon lift (core func $i "x")))
        byte[] section = Convert.FromHexString(types);
        byte[] module =
        [
            .. Convert.FromHexString("0061736D01000000"), 1, (byte)section.Length, .. section,
            .. Convert.FromHexString("03020100070501017800000A0601040020000B"),
        ];
        byte[] component =
        [
            .. Convert.FromHexString("0061736D0D000100"), 1, (byte)module.Length, .. module,
            .. Convert.FromHexString("0204010000000708014001016179007906070100000100017808060100000000000B0701000178010000"),
        ];

        var error = Record.Exception(() => Component.Load(component));

        Assert.Equal(isAllowed, error is null);
        if (error is not null)
        {
            Assert.Contains(
                "expected (i32) -> (i32), found (i32) -> (i32) that is not final or of a group",
                Assert.IsType<InvalidComponentException>(error).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Function_InAnInlineInstance_KeepsItsType()
    {
        // (core module $a (type $f (sub (func))) (func (export "f") (type $f)))
        // (core module $b (type $f (sub (func))) (import "a" "f" (func (type $f))))
        // (core instance $i (instantiate $a)) (core instance (instantiate $b (with "a" (instance (export "f" (func $i "f"))))))
        Component.Load(Convert.FromHexString(
            "0061736D0D00010001210061736D01000000010601500060000003020100070501016600000A040102000B01190061736D010000000106"
            + "015000600000020701016101660000020401000000060701000001000166020E0201010166000000010101611201"));
    }
}
