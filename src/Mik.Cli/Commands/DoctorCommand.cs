using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text.Json;
using Mik.Build.Toolchains;
using Mik.Cli.Options;
using Mik.Cli.Output;
using Mik.Cli.Packages;
using Mik.Cli.Projects;
using Mik.Configuration.Model;
using Mik.Configuration.Reading;
using Mik.Packages.Cache;
using Mik.Server.Pipeline;
using Mik.Wasm.CodeCaching;

namespace Mik.Cli.Commands;

/// <summary><c>mik doctor</c>: whether this machine and this project have what they need.</summary>
internal static class DoctorCommand
{
    private enum Health
    {
        Fine,
        Missing,
        Wrong,
    }

    /// <summary>Builds the verb.</summary>
    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "Print the findings as JSON" };
        var command = new Verb(
            "doctor",
            "Check this machine and the project: runtime, caches, toolchains, mik.toml, port",
            ("mik doctor", "What is there, what is missing, and how to get it"),
            ("mik doctor --json", "The same for a program"))
        {
            json,
        };
        command.SetAction(parsed =>
        {
            var terminal = new Terminal(parsed.GetValue(GlobalOptions.NoColour));
            var findings = new List<Finding>();
            CheckMachine(findings);
            CheckCompiler(findings);
            var project = CheckProject(parsed.GetValue(GlobalOptions.Config), findings);
            CheckToolchains(project, findings);
            CheckPort(project, findings);
            Tell(findings, parsed.GetValue(json), terminal);
            return findings.Exists(finding => finding.Health == Health.Wrong) ? ExitCode.Failed : ExitCode.Fine;
        });
        return command;
    }

    private static void CheckMachine(List<Finding> findings)
    {
        findings.Add(new("mik", Health.Fine, $"{BuiltInHandler.Version} on {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier}, {Environment.ProcessorCount} processors"));
        try
        {
            Directory.CreateDirectory(MikHome.Path);
            var probe = Path.Combine(MikHome.Path, $".doctor-{Environment.ProcessId}");
            File.WriteAllText(probe, "");
            File.Delete(probe);
            findings.Add(new("cache", Health.Fine, MikHome.Path));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            findings.Add(new("cache", Health.Wrong, $"{MikHome.Path} cannot be written: {exception.Message}", $"{MikHome.Variable}=PATH names another folder"));
        }
    }

    private static void CheckCompiler(List<Finding> findings)
    {
        if (NativeCompiler.Find() is { } compiler)
        {
            findings.Add(new("crossgen2", Health.Fine, $"compiles ahead of time (mik cache precompile): {compiler.Executable}"));
            return;
        }

        findings.Add(new(
            "crossgen2", Health.Missing, "compiles ahead of time (mik cache precompile); without it, mik compiles while it runs",
            $"the archive of a release has it inside; {NativeCompiler.Variable}=PATH names another"));
    }

    private static MikConfiguration? CheckProject(FileInfo? config, List<Finding> findings)
    {
        if (config?.FullName is not { } file && (file = MikConfiguration.Find(Environment.CurrentDirectory)!) is null)
        {
            findings.Add(new("project", Health.Missing, "there is no mik.toml here or above", "mik new NAME makes a project"));
            return null;
        }

        try
        {
            var result = MikConfiguration.Load(file);
            foreach (var problem in result.Problems)
            {
                findings.Add(new("project", problem.IsError ? Health.Wrong : Health.Missing, ProjectFile.ToError(problem).What));
            }

            if (result.Configuration is { } project)
            {
                findings.Add(new("project", Health.Fine, $"{project.Name} {project.Version} in {project.Folder}"));
                findings.AddRange(project.MissingFolders().Select(problem => new Finding("project", Health.Wrong, ProjectFile.ToError(problem).What)));
            }

            return result.Configuration;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            findings.Add(new("project", Health.Wrong, $"{file} cannot be read: {exception.Message}"));
            return null;
        }
    }

    /// <summary>What the project is built with must be there; what others are built with may be.</summary>
    private static void CheckToolchains(MikConfiguration? project, List<Finding> findings)
    {
        var needed = project is { BuildCommand: null } ? ToolchainTable.In(project.Folder).Take(1).ToArray() : [];
        foreach (var toolchain in ToolchainTable.Rows)
        {
            foreach (var tool in toolchain.Tools)
            {
                var isThere = ToolRunner.IsThere(tool.Name);
                var health = isThere ? Health.Fine : needed.Contains(toolchain) ? Health.Wrong : Health.Missing;
                findings.Add(new(tool.Name, health, $"builds {toolchain.Language} ({toolchain.ProjectFile})", isThere ? null : tool.Install));
            }
        }

        var hasGit = ToolRunner.IsThere("git");
        findings.Add(new("git", hasGit ? Health.Fine : Health.Missing, "fetches dependencies from git repositories", hasGit ? null : "https://git-scm.com"));
    }

    private static void CheckPort(MikConfiguration? project, List<Finding> findings)
    {
        var port = project?.Server.Port ?? 3000;
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            findings.Add(new("port", Health.Fine, $"{port} is free"));
        }
        catch (SocketException exception)
        {
            findings.Add(new("port", Health.Missing, $"{port} cannot be had: {exception.Message}", "mik run --port 0 takes a free one"));
        }
    }

    private static void Tell(List<Finding> findings, bool isJson, Terminal terminal)
    {
        if (isJson)
        {
            terminal.Line(JsonSerializer.Serialize(findings.Select(finding => new { what = finding.What, health = finding.Health.ToString().ToLowerInvariant(), detail = finding.Detail, next = finding.Next }), ReportOutput.Json));
            return;
        }

        var width = findings.Max(finding => finding.What.Length);
        foreach (var finding in findings)
        {
            var mark = finding.Health switch
            {
                Health.Fine => terminal.Good("✓"),
                Health.Wrong => terminal.Bad("✗"),
                _ => "-",
            };
            terminal.Line($"{mark} {finding.What.PadRight(width)}  {finding.Detail}{(finding.Next is { } next ? $"\n  {new string(' ', width)}  try: {next}" : "")}");
        }
    }

    private sealed record Finding(string What, Health Health, string Detail, string? Next = null);
}
