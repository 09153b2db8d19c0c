namespace Mik.Wasm.Objects;

// One class for each number of fields; each adds one field to the one before, so that the fields of a subtype follow those of its supertype.
#pragma warning disable CA1051, SA1402, CS1591, CS0649, CS8618 // Emitted code reads and writes the fields.

internal class Shape1<T0> : GuestObject
{
    public T0 F0;
}

internal class Shape2<T0, T1> : Shape1<T0>
{
    public T1 F1;
}

internal class Shape3<T0, T1, T2> : Shape2<T0, T1>
{
    public T2 F2;
}

internal class Shape4<T0, T1, T2, T3> : Shape3<T0, T1, T2>
{
    public T3 F3;
}

internal class Shape5<T0, T1, T2, T3, T4> : Shape4<T0, T1, T2, T3>
{
    public T4 F4;
}

internal class Shape6<T0, T1, T2, T3, T4, T5> : Shape5<T0, T1, T2, T3, T4>
{
    public T5 F5;
}

internal class Shape7<T0, T1, T2, T3, T4, T5, T6> : Shape6<T0, T1, T2, T3, T4, T5>
{
    public T6 F6;
}

internal class Shape8<T0, T1, T2, T3, T4, T5, T6, T7> : Shape7<T0, T1, T2, T3, T4, T5, T6>
{
    public T7 F7;
}

internal class Shape9<T0, T1, T2, T3, T4, T5, T6, T7, T8> : Shape8<T0, T1, T2, T3, T4, T5, T6, T7>
{
    public T8 F8;
}

internal class Shape10<T0, T1, T2, T3, T4, T5, T6, T7, T8, T9> : Shape9<T0, T1, T2, T3, T4, T5, T6, T7, T8>
{
    public T9 F9;
}

internal class Shape11<T0, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10> : Shape10<T0, T1, T2, T3, T4, T5, T6, T7, T8, T9>
{
    public T10 F10;
}

internal class Shape12<T0, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11> : Shape11<T0, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10>
{
    public T11 F11;
}

internal class Shape13<T0, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12> : Shape12<T0, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11>
{
    public T12 F12;
}

internal class Shape14<T0, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13> : Shape13<T0, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12>
{
    public T13 F13;
}

internal class Shape15<T0, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14> : Shape14<T0, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13>
{
    public T14 F14;
}

internal class Shape16<T0, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15> : Shape15<T0, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12,
    T13, T14>
{
    public T15 F15;
}

internal class Shape17<T0, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15, T16> : Shape16<T0, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11,
    T12, T13, T14, T15>
{
    public T16 F16;
}

internal class Shape18<T0, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15, T16, T17> : Shape17<T0, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10,
    T11, T12, T13, T14, T15, T16>
{
    public T17 F17;
}

internal class Shape19<T0, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15, T16, T17, T18> : Shape18<T0, T1, T2, T3, T4, T5, T6, T7, T8, T9,
    T10, T11, T12, T13, T14, T15, T16, T17>
{
    public T18 F18;
}

internal class Shape20<T0, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15, T16, T17, T18, T19> : Shape19<T0, T1, T2, T3, T4, T5, T6, T7, T8,
    T9, T10, T11, T12, T13, T14, T15, T16, T17, T18>
{
    public T19 F19;
}

internal class Shape21<T0, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15, T16, T17, T18, T19, T20> : Shape20<T0, T1, T2, T3, T4, T5, T6, T7,
    T8, T9, T10, T11, T12, T13, T14, T15, T16, T17, T18, T19>
{
    public T20 F20;
}

internal class Shape22<T0, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15, T16, T17, T18, T19, T20, T21> : Shape21<T0, T1, T2, T3, T4, T5, T6,
    T7, T8, T9, T10, T11, T12, T13, T14, T15, T16, T17, T18, T19, T20>
{
    public T21 F21;
}

internal class Shape23<T0, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15, T16, T17, T18, T19, T20, T21, T22> : Shape22<T0, T1, T2, T3, T4,
    T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15, T16, T17, T18, T19, T20, T21>
{
    public T22 F22;
}

internal class Shape24<T0, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15, T16, T17, T18, T19, T20, T21, T22, T23> : Shape23<T0, T1, T2, T3,
    T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15, T16, T17, T18, T19, T20, T21, T22>
{
    public T23 F23;
}

internal class Shape25<T0, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15, T16, T17, T18, T19, T20, T21, T22, T23, T24> : Shape24<T0, T1, T2,
    T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15, T16, T17, T18, T19, T20, T21, T22, T23>
{
    public T24 F24;
}

internal class Shape26<T0, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15, T16, T17, T18, T19, T20, T21, T22, T23, T24, T25> : Shape25<T0, T1,
    T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15, T16, T17, T18, T19, T20, T21, T22, T23, T24>
{
    public T25 F25;
}

internal class Shape27<T0, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15, T16, T17, T18, T19, T20, T21, T22, T23, T24, T25,
    T26> : Shape26<T0, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15, T16, T17, T18, T19, T20, T21, T22, T23, T24, T25>
{
    public T26 F26;
}

internal class Shape28<T0, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15, T16, T17, T18, T19, T20, T21, T22, T23, T24, T25, T26,
    T27> : Shape27<T0, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15, T16, T17, T18, T19, T20, T21, T22, T23, T24, T25, T26>
{
    public T27 F27;
}

internal class Shape29<T0, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15, T16, T17, T18, T19, T20, T21, T22, T23, T24, T25, T26, T27,
    T28> : Shape28<T0, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15, T16, T17, T18, T19, T20, T21, T22, T23, T24, T25, T26, T27>
{
    public T28 F28;
}

internal class Shape30<T0, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15, T16, T17, T18, T19, T20, T21, T22, T23, T24, T25, T26, T27, T28,
    T29> : Shape29<T0, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15, T16, T17, T18, T19, T20, T21, T22, T23, T24, T25, T26, T27, T28>
{
    public T29 F29;
}

internal class Shape31<T0, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15, T16, T17, T18, T19, T20, T21, T22, T23, T24, T25, T26, T27, T28,
    T29, T30>
    : Shape30<T0, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15, T16, T17, T18, T19, T20, T21, T22, T23, T24, T25, T26, T27,
    T28, T29>
{
    public T30 F30;
}

internal class Shape32<T0, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15, T16, T17, T18, T19, T20, T21, T22, T23, T24, T25, T26, T27, T28,
    T29, T30, T31>
    : Shape31<T0, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15, T16, T17, T18, T19, T20, T21, T22, T23, T24, T25, T26, T27,
    T28, T29, T30>
{
    public T31 F31;
}
