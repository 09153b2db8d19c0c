namespace Mik.Fuzz.Tasks;

/// <summary>
/// A component of two guests, of which the outer may call the inner. Neither does anything by itself: core code asks the host function <c>next</c> again and
/// again what to do, and tells it what came of the step before.
/// </summary>
internal static class TaskComponent
{
    private const int Stream = 0, Future = 1, OptionalFuture = 3, Served = 4, Asked = 5, Waited = 6;
    private const byte LocalGet = 0x20, LocalSet = 0x21, I32Const = 0x41, I64Const = 0x42, CallCode = 0x10, End = 0x0B, Shift = 0x86, Extend = 0xAD, Or = 0x84;
    private const byte I32 = 0x7F, I64 = 0x7E;
    private const int Value = 1, Order = 2;

    private static readonly byte[] WithMemory = [3, 0];
    private static readonly byte[] AsyncWithMemory = [6, 3, 0];

    /// <summary>The component.</summary>
    /// <param name="waits">Whether guests have what waits inside core code.</param>
    public static byte[] Build(bool waits)
    {
        var component = Preamble();
        Types(component);
        Import(component, ("next", Asked), ("wait", Waited));
        component.Byte(4).Sized(inner => inner.Bytes(Guest(1, waits)));
        component.Byte(4).Sized(inner => inner.Bytes(Guest(0, waits)));
        string[] served = waits ? ["f", "g"] : ["f"];
        component.Byte(5).Sized(section => section.Bytes([1, 0, 0]).Items(
            ["next", "wait"], (item, name) => item.Name(name).Byte(1).Byte(name == "next" ? 0 : 1)));
        component.Byte(6).Sized(section => section.Items(served, (item, name) => item.Bytes([1, 0, 0]).Name(name)));
        component.Byte(5).Sized(section => section.Bytes([1, 0, 1]).Items(
            ["next", "wait", .. served], (item, name) => item.Name(name).Byte(1).Byte(name switch { "next" => 0, "wait" => 1, "f" => 2, _ => 3 })));
        component.Byte(6).Sized(section => section.Bytes([1, 1, 0, 1]).Name("f"));
        component.Byte(11).Sized(section => section.Unsigned(1).Byte(0).Name("run").Byte(1).Unsigned(waits ? 4ul : 3).Byte(0));
        return component.ToArray();
    }

    private static byte[] Guest(int number, bool waits)
    {
        var guest = Preamble();
        Types(guest);
        Import(guest, [("next", Asked), ("wait", Waited), .. CalleesOf(number, waits)]);
        guest.Byte(1).Sized(module => module.Bytes(MemoryModule()));
        var builtIns = BuiltIns(number, waits);
        guest.Byte(1).Sized(module => module.Bytes(CoreModule(number, builtIns)));
        guest.Byte(2).Sized(section => section.Bytes([1, 0, 0, 0]));
        guest.Byte(6).Sized(section => section.Bytes([1, 0, 2, 1, 0]).Name("memory"));
        guest.Byte(8).Sized(section => section.Items(builtIns, (item, builtIn) => item.Bytes(builtIn.Canon)));
        guest.Byte(2).Sized(section =>
        {
            section.Unsigned(2).Byte(1).Items(builtIns, (item, builtIn) => item.Name(builtIn.Name).Byte(0).Unsigned((ulong)Array.IndexOf(builtIns, builtIn)));
            section.Bytes([0, 1, 2]).Name("env").Bytes([0x12, 1]).Name("mem").Bytes([0x12, 0]);
        });
        guest.Byte(6).Sized(section => section.Items(["f", "callback", "g"], (item, name) => item.Bytes([0, 0, 1, 2]).Name(name)));
        var first = (ulong)builtIns.Length;
        guest.Byte(8).Sized(section =>
        {
            section.Unsigned(waits ? 2ul : 1).Bytes([0, 0]).Unsigned(first).Bytes([2, 6, 7]).Unsigned(first + 1).Unsigned(Served);
            _ = waits ? section.Bytes([0, 0]).Unsigned(first + 2).Byte(0).Unsigned(Waited) : section;
        });
        var functions = 2 + CalleesOf(number, waits).Length;
        guest.Byte(11).Sized(section => section.Items<string>(
            waits ? ["f", "g"] : ["f"], (item, name) => item.Byte(0).Name(name).Byte(1).Unsigned((ulong)(functions + (name == "g" ? 1 : 0))).Byte(0)));
        return guest.ToArray();
    }

    private static (string, int)[] CalleesOf(int number, bool waits) => number == 1 ? [] : waits ? [("f", Served), ("g", Waited)] : [("f", Served)];

    private static void Types(ByteWriter component) => component.Byte(7).Sized(section => section.Unsigned(7)
        .Bytes([0x66, 1, 0x7D, 0x65, 1, 0x7D, 0x6B, Stream, 0x6B, Future])
        .Bytes([0x43, 2]).Name("x").Byte(0x79).Name("s").Bytes([2, 0, OptionalFuture])
        .Bytes([0x40, 3]).Name("who").Byte(0x79).Name("context").Byte(0x79).Name("value").Bytes([0x77, 0, 0x77])
        .Bytes([0x43, 1]).Name("x").Bytes([0x79, 0, 0x79]));

    private static void Import(ByteWriter component, params (string Name, int Type)[] functions) => component.Byte(10).Sized(
        section => section.Items(functions, (item, function) => item.Byte(0).Name(function.Name).Byte(1).Unsigned((ulong)function.Type)));

    private static BuiltIn[] BuiltIns(int number, bool waits)
    {
        var all = new List<BuiltIn>
        {
            new("next", null, [I32, I32, I64], [I64], [1, 0, 0, 0]),
            new("context", null, [], [I32], [0x0A, I32, 0]),
            new("context-1", null, [], [I32], [0x0A, I32, 1]),
            new("set-context", TaskStep.SetContext, [I32], [], [0x0B, I32, 0]),
            new("set-context-1", null, [I32], [], [0x0B, I32, 1]),
            new("task-return", TaskStep.TaskReturn, [I32, I32], [], [9, 0, OptionalFuture, 0]),
            new("task-cancel", TaskStep.TaskCancel, [], [], [5]),
            new("set-new", TaskStep.SetNew, [], [I32], [0x1F]),
            new("set-drop", TaskStep.SetDrop, [I32], [], [0x22]),
            new("join", TaskStep.Join, [I32, I32], [], [0x23]),
            new("poll", TaskStep.Poll, [I32, I32], [I32], [0x21, 0, 0]),
            new("subtask-cancel", TaskStep.SubtaskCancel, [I32], [I32], [6, 0]),
            new("subtask-drop", TaskStep.SubtaskDrop, [I32], [], [0x0D]),
            new("stream-new", TaskStep.StreamNew, [], [I64], [0x0E, Stream]),
            new("stream-read", TaskStep.StreamRead, [I32, I32, I32], [I32], [0x0F, Stream, 2, .. AsyncWithMemory]),
            new("stream-write", TaskStep.StreamWrite, [I32, I32, I32], [I32], [0x10, Stream, 2, .. AsyncWithMemory]),
            new("stream-cancel-read", TaskStep.StreamCancelRead, [I32], [I32], [0x11, Stream, 0]),
            new("stream-cancel-write", TaskStep.StreamCancelWrite, [I32], [I32], [0x12, Stream, 0]),
            new("stream-drop-readable", TaskStep.StreamDropReadable, [I32], [], [0x13, Stream]),
            new("stream-drop-writable", TaskStep.StreamDropWritable, [I32], [], [0x14, Stream]),
            new("future-new", TaskStep.FutureNew, [], [I64], [0x15, Future]),
            new("future-read", TaskStep.FutureRead, [I32, I32], [I32], [0x16, Future, 2, .. AsyncWithMemory]),
            new("future-write", TaskStep.FutureWrite, [I32, I32], [I32], [0x17, Future, 2, .. AsyncWithMemory]),
            new("future-cancel-read", TaskStep.FutureCancelRead, [I32], [I32], [0x18, Future, 0]),
            new("future-cancel-write", TaskStep.FutureCancelWrite, [I32], [I32], [0x19, Future, 0]),
            new("future-drop-readable", TaskStep.FutureDropReadable, [I32], [], [0x1A, Future]),
            new("future-drop-writable", TaskStep.FutureDropWritable, [I32], [], [0x1B, Future]),
            new("backpressure-inc", TaskStep.BackpressureInc, [], [], [0x24]),
            new("backpressure-dec", TaskStep.BackpressureDec, [], [], [0x25]),
            new("host-wait", TaskStep.HostWait, [I32, I32], [I32], [1, 0, 1, 2, .. AsyncWithMemory]),
        };
        if (number == 0)
        {
            // x, whether there is a stream, the stream, where the result goes.
            all.Add(new("call", TaskStep.Call, [I32, I32, I32, I32], [I32], [1, 0, 2, 2, .. AsyncWithMemory]));
        }
        if (waits)
        {
            all.Add(new("wait", TaskStep.Wait, [I32, I32], [I32], [0x20, 0, 0]));
            all.Add(new("yield", TaskStep.Yield, [], [I32], [0x0C, 0]));
            all.Add(new("host-wait-sync", TaskStep.HostWaitSync, [I32], [I32], [1, 0, 1, 0]));
            if (number == 0)
            {
                all.Add(new("call-sync", TaskStep.CallSync, [I32, I32, I32, I32], [], [1, 0, 2, 1, .. WithMemory]));
                all.Add(new("call-plain", TaskStep.CallPlain, [I32, I32], [I32], [1, 0, 3, 2, .. AsyncWithMemory]));
                all.Add(new("call-plain-sync", TaskStep.CallPlainSync, [I32], [I32], [1, 0, 3, 0]));
            }
        }
        return [.. all];
    }

    private static byte[] MemoryModule()
    {
        var module = new ByteWriter().Bytes("\0asm"u8).Bytes([1, 0, 0, 0, 5, 3, 1, 0, 1]);
        return module.Byte(7).Sized(section => section.Unsigned(1).Name("memory").Bytes([2, 0])).ToArray();
    }

    // The types of its functions are those of the built-ins, in order, and then its own.
    private static byte[] CoreModule(int number, BuiltIn[] builtIns)
    {
        var count = builtIns.Length;
        (byte[] Parameters, byte[] Results)[] own = [([I32, I64], [I32]), ([I32, I32, I32], [I32]), ([I32, I32, I32], [I32]), ([I32], [I32])];
        var module = new ByteWriter().Bytes("\0asm"u8).Bytes([1, 0, 0, 0]);
        module.Byte(1).Sized(section => section.Items(
            [.. builtIns.Select(builtIn => (builtIn.Parameters, builtIn.Results)), .. own],
            (item, type) => item.Byte(0x60)
                .Unsigned((ulong)type.Parameters.Length).Bytes(type.Parameters)
                .Unsigned((ulong)type.Results.Length).Bytes(type.Results)));
        module.Byte(2).Sized(section =>
        {
            section.Unsigned((ulong)count + 1).Name("mem").Name("memory").Bytes([2, 0, 1]);
            for (var i = 0; i < count; i++)
            {
                section.Name("env").Name(builtIns[i].Name).Byte(0).Unsigned((ulong)i);
            }
        });
        module.Byte(3).Sized(section => section.Items(Enumerable.Range(count, own.Length).ToArray(), (item, type) => item.Unsigned((ulong)type)));
        module.Byte(7).Sized(section => section.Items(
            ["f", "callback", "g"], (item, name) => item.Name(name).Byte(0).Unsigned((ulong)(count + 1 + Array.IndexOf(["f", "callback", "g"], name)))));
        byte[][] bodies =
        [
            Drive(builtIns),
            Enter(number, TaskNews.Start, count, [(0, 0), (1, 24), (2, 32)]),
            Enter(number, TaskNews.Event, count, [(0, 0), (1, 8), (2, 32)]),
            Enter(number, TaskNews.PlainStart, count, [(0, 0)]),
        ];
        module.Byte(10).Sized(section => section.Items(bodies, (item, body) => item.Sized(code => code.Bytes(body))));
        return module.ToArray();
    }

    // drive(why and who, its parameters in one number)
    private static byte[] Enter(int number, TaskNews news, int drive, (byte Local, int Shift)[] parts)
    {
        var body = new ByteWriter().Byte(0).Byte(I32Const).Signed(Who(number, news));
        foreach (var (local, shift) in parts)
        {
            body.Bytes([LocalGet, local, Extend, I64Const]).Signed(shift).Byte(Shift);
            _ = local > 0 ? body.Byte(Or) : body;
        }
        return body.Byte(CallCode).Unsigned((ulong)drive).Byte(End).ToArray();
    }

    private static int Who(int number, TaskNews news) => (int)news | (number << 8);

    // loop: order = next(who, contexts, value); who = "result"; value = what the step of the order gives
    private static byte[] Drive(BuiltIn[] builtIns)
    {
        var body = new ByteWriter().Bytes([1, 1, I64, 0x03, 0x40]);
        body.Bytes([LocalGet, 0, CallCode, 1, CallCode, 2, I32Const, 16, 0x74, 0x72, LocalGet, Value, CallCode, 0, LocalSet, Order]);
        body.Bytes([LocalGet, 0, I32Const]).Signed(0xFF00).Bytes([0x71, I32Const]).Signed((int)TaskNews.Result).Bytes([0x72, LocalSet, 0]);
        Case(body, TaskStep.Return, () => A(body).Byte(0x0F));
        Case(body, TaskStep.Load, () => A(body).Bytes([0x28, 2, 0, Extend, LocalSet, Value]));
        Case(body, TaskStep.Store, () => B(A(body)).Bytes([0x36, 2, 0, I64Const, 0, LocalSet, Value]));
        for (var i = 0; i < builtIns.Length; i++)
        {
            if (builtIns[i].Step is { } step)
            {
                var place = i;
                Case(body, step, () => CallBuiltIn(body, builtIns[place], place, step));
            }
        }
        return body.Bytes([0x0C, 0, End, 0x00, End]).ToArray();
    }

    private static void CallBuiltIn(ByteWriter body, BuiltIn builtIn, int index, TaskStep step)
    {
        switch (builtIn.Parameters.Length)
        {
            case 4:
                // There is a stream unless its handle is 0.
                C(B(B(A(body)).Bytes([0x45, 0x45])));
                break;
            case 3:
                C(B(A(body)));
                break;
            case 2:
                B(A(body));
                break;
            case 1:
                A(body);
                break;
        }
        body.Byte(CallCode).Unsigned((ulong)index);
        _ = builtIn.Results is [I32] ? body.Byte(Extend) : builtIn.Results is [] ? body.Bytes([I64Const, 0]) : body;
        if (step is TaskStep.Poll or TaskStep.Wait)
        {
            B(body).Bytes([0x28, 2, 0, Extend, I64Const, 8, Shift, Or]);
            B(body).Bytes([0x28, 2, 4, Extend, I64Const, 32, Shift, Or]);
        }
        if (step == TaskStep.SetContext)
        {
            A(body).Bytes([CallCode, 4]);
        }
        body.Bytes([LocalSet, Value]);
    }

    // if ((order & 255) == step) { …; continue }
    private static void Case(ByteWriter body, TaskStep step, Action content)
    {
        body.Bytes([LocalGet, Order, 0xA7, I32Const]).Signed(0xFF).Bytes([0x71, I32Const]).Signed((int)step).Bytes([0x46, 0x04, 0x40]);
        content();
        body.Bytes([0x0C, 1, End]);
    }

    private static ByteWriter A(ByteWriter body) => Part(body, 8, 0xFFFFF);

    private static ByteWriter B(ByteWriter body) => Part(body, 28, 0xFFFFF);

    private static ByteWriter C(ByteWriter body) => Part(body, 48, 0xFFFF);

    private static ByteWriter Part(ByteWriter body, int shift, int mask) =>
        body.Bytes([LocalGet, Order, I64Const]).Signed(shift).Bytes([0x88, 0xA7, I32Const]).Signed(mask).Byte(0x71);

    private static ByteWriter Preamble() => new ByteWriter().Bytes("\0asm"u8).Bytes([0x0D, 0, 1, 0]);

    /// <summary>A function that core code is given.</summary>
    private sealed record BuiltIn(string Name, TaskStep? Step, byte[] Parameters, byte[] Results, byte[] Canon);
}
