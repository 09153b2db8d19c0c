using System.CommandLine;
using Mik.Packages.Install;

namespace Mik.Cli.Options;

/// <summary>Flags that commands of packages share.</summary>
internal sealed class SyncFlags
{
    private readonly Option<bool> _locked = new("--locked") { Description = "Fail if mik.lock would change" };
    private readonly Option<bool> _offline = new("--offline") { Description = "Take everything from the cache, and ask nobody" };
    private readonly Option<bool> _frozen = new("--frozen") { Description = "--locked and --offline" };
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Tell what would be done, and write nothing" };
    private readonly Option<bool> _json = new("--json") { Description = "Tell the result as JSON" };

    /// <summary>Adds those that a verb has.</summary>
    public SyncFlags(Command command, Kind kinds)
    {
        Option[] options =
        [
            .. kinds.HasFlag(Kind.Locked) ? (Option[])[_locked, _frozen] : [],
            .. kinds.HasFlag(Kind.Offline) ? (Option[])[_offline] : [],
            .. kinds.HasFlag(Kind.Result) ? (Option[])[_dryRun, _json] : [],
        ];
        foreach (var option in options)
        {
            command.Options.Add(option);
        }
    }

    /// <summary>What a verb has.</summary>
    [Flags]
    public enum Kind
    {
        /// <summary>Nothing.</summary>
        None = 0,
        /// <summary><c>--offline</c></summary>
        Offline = 1,
        /// <summary><c>--locked</c> and <c>--frozen</c></summary>
        Locked = 2,
        /// <summary><c>--dry-run</c> and <c>--json</c></summary>
        Result = 4,
    }

    /// <summary>Whether the result is told as JSON.</summary>
    public bool IsJson(ParseResult parsed) => Has(parsed, _json);

    /// <summary>The options of the operation.</summary>
    public SyncOptions Read(ParseResult parsed, IReadOnlySet<string>? scope = null, bool isUpdate = false, ManifestChange? manifest = null) => new()
    {
        Locked = Has(parsed, _locked) || Has(parsed, _frozen),
        Offline = Has(parsed, _offline) || Has(parsed, _frozen),
        DryRun = Has(parsed, _dryRun),
        Scope = scope,
        Update = isUpdate,
        Manifest = manifest,
    };

    private static bool Has(ParseResult parsed, Option<bool> option) => parsed.CommandResult.Command.Options.Contains(option) && parsed.GetValue(option);
}
