using System.ComponentModel;
using System.Diagnostics;
using Mik.Cli.Output;

namespace Mik.Cli.Commands;

/// <summary>The keys of <c>mik dev</c> on a terminal.</summary>
internal sealed class DevKeys(DevSession session, Terminal terminal, TaskCompletionSource stop)
{
    private IReadOnlyList<string> _addresses = [];

    /// <summary>Takes keys from now on, where there are any.</summary>
    public void Listen(IReadOnlyList<string> addresses)
    {
        _addresses = addresses;
        if (Console.IsInputRedirected || Console.IsOutputRedirected)
        {
            return;
        }

        terminal.Line("  r build · t test · o open · q quit");
        terminal.Line();
        new Thread(() =>
        {
            while (!stop.Task.IsCompleted)
            {
                Press(char.ToLowerInvariant(Console.ReadKey(intercept: true).KeyChar));
            }
        })
        { IsBackground = true, Name = "keys" }.Start();
    }

    private void Press(char key)
    {
        switch (key)
        {
            case 'r':
                _ = session.BuildAsync();
                break;
            case 't':
                _ = session.TestAsync(changes: null);
                break;
            case 'o' when _addresses is [var address, ..]:
                Open(session.PageOf(address));
                break;
            case 'q':
                stop.TrySetResult();
                break;
        }
    }

    private void Open(string address)
    {
        try
        {
            using var browser = Process.Start(
                OperatingSystem.IsMacOS()
                    ? new ProcessStartInfo("open", [address])
                    : new ProcessStartInfo(
                        OperatingSystem.IsLinux() ? "xdg-open" : address,
                        OperatingSystem.IsLinux() ? [address] : [])
                    { UseShellExecute = OperatingSystem.IsWindows() });
        }
        catch (Win32Exception)
        {
            terminal.Note($"there is no browser to open here: {address}");
        }
    }
}
