using System.Diagnostics;
using System.Text;
using Wasmtime;
using Wasmtime.Components;

namespace Mik.Fuzz.Engines;

/// <summary>
/// Wasmtime in a process of its own that says what it accepts: some damaged components make its validator panic, which ends a process.
/// The process is this program with the argument <see cref="Argument"/>.
/// </summary>
internal sealed class WasmtimeProcess : IDisposable
{
    /// <summary>What <c>Main</c> is told to be the other end of this.</summary>
    public const string Argument = "wasmtime-process";

    /// <summary>The refusal of something that ended the process.</summary>
    public const string Panic = "wasmtime panicked";

    private Process? _process;
    private BinaryWriter? _requests;
    private BinaryReader? _answers;

    /// <summary>Asks about a module or component.</summary>
    public Verdict Ask(byte[] bytes)
    {
        if (_process is null)
        {
            Start();
        }
        try
        {
            _requests!.Write(bytes.Length);
            _requests.Write(bytes);
            _requests.Flush();
            return new(_answers!.ReadString() is { Length: > 0 } refusal ? refusal : null);
        }
        catch (IOException)
        {
            Dispose();
            return new(Panic);
        }
    }

    /// <summary>Answers on the standard streams until they end.</summary>
    public static void Serve()
    {
        using var requests = new BinaryReader(Console.OpenStandardInput());
        using var answers = new BinaryWriter(Console.OpenStandardOutput());
        while (true)
        {
            byte[] bytes;
            try
            {
                bytes = requests.ReadBytes(requests.ReadInt32());
            }
            catch (EndOfStreamException)
            {
                return;
            }
            answers.Write(RefusalOf(bytes) ?? "");
            answers.Flush();
        }
    }

    /// <summary>Ends the process.</summary>
    public void Dispose()
    {
        if (_process is { } process)
        {
            _process = null;
            process.Kill();
            process.Dispose();
        }
    }

    private static string? RefusalOf(byte[] bytes)
    {
        if (!Corpus.IsComponent(bytes))
        {
            return Module.Validate(WasmtimeEngine.Instance, bytes);
        }
        try
        {
            Component.FromBytes(WasmtimeEngine.Instance, bytes).Dispose();
            return null;
        }
        catch (WasmtimeException refusal)
        {
            return refusal.Message.ReplaceLineEndings(" ");
        }
    }

    private void Start()
    {
        // What a panic prints goes where nobody looks.
        _process = Process.Start(new ProcessStartInfo("dotnet", [typeof(WasmtimeProcess).Assembly.Location, Argument])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        })!;
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginErrorReadLine();
        _requests = new BinaryWriter(_process.StandardInput.BaseStream, Encoding.UTF8, leaveOpen: true);
        _answers = new BinaryReader(new BufferedStream(_process.StandardOutput.BaseStream), Encoding.UTF8, leaveOpen: true);
    }
}
