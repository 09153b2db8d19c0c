using static Mik.Cli.Explaining.ErrorArea;

namespace Mik.Cli.Explaining;

/// <summary>
/// Every error that mik tells, by its code: <c>mik explain</c> and docs/errors.md are made from it. A code is for ever: what it means may become clearer,
/// never another thing.
/// </summary>
internal static partial class ErrorTable
{
    /// <summary>All pages: by area, in the order in which one meets them.</summary>
    public static IReadOnlyList<ErrorPage> Pages => field ??= [.. OwnPages, .. PackagePages, .. RequestPages];

    /// <summary>The page of a code; null when there is none.</summary>
    public static ErrorPage? Find(string code) => Pages.FirstOrDefault(page => page.Code == code);

    /// <summary>The words for an area.</summary>
    public static string NameOf(ErrorArea area) => area switch
    {
        CommandLine => "Command line and files",
        ErrorArea.Configuration => "mik.toml",
        Serving => "Serving",
        Loading => "Loading components",
        Building => "Building and composing",
        ErrorArea.Packages => "Packages",
        _ => "Answers to requests",
    };

    private static ErrorPage[] OwnPages =>
    [
        new(
            "unknown-command", CommandLine, "mik has no command of that name.",
            "The word is misspelt, or another tool's: the error names the nearest command.",
            "mik help lists all commands, and mik COMMAND --help says what one does."),
        new(
            "unknown-option", CommandLine, "The command has no option of that name.",
            "The option is misspelt, or belongs to another command: the error names the nearest one.",
            "mik COMMAND --help lists the options of a command."),
        new(
            "invalid-option", CommandLine, "The command line cannot be understood.",
            "A value is missing, out of range or of another kind than the option takes, or words are missing or too many.",
            "The error says what is expected; mik COMMAND --help has examples."),
        new(
            "unknown-code", CommandLine, "No error has that code.",
            "mik explain takes the word in brackets behind 'error', or the end of a problem's type: of urn:mik:error:timeout it is timeout.",
            "mik explain lists all codes."),
        new(
            "invalid-variable", CommandLine, "A variable of the environment has a value that mik cannot use.",
            "PORT, MIK_HOT_RELOAD, MIK_REGISTRY_MIRRORS and their like are read before anything else.",
            "Correct the variable, or unset it."),
        new(
            "file-not-found", CommandLine, "There is no such file or folder.",
            "Paths on the command line count from the current folder, those in mik.toml from its own folder.",
            "Check the path. A component of a registry is named with its scheme: mik run oci://ghcr.io/user/repo:1.0.0."),
        new(
            "file-unreadable", CommandLine, "A file is there and cannot be read.",
            "Its permissions forbid it, it is a folder, or the disk failed: the error has what the system says.",
            "Correct the permissions, or name another file."),
        new(
            "file-unwritable", CommandLine, "A file cannot be written.",
            "The folder is missing or may not be written to, or the disk is full.",
            "Make room or correct the permissions, and run the command again."),
        new(
            "folder-not-empty", CommandLine, "A project would be made where something is already.",
            "mik new writes into a new or an empty folder only, so that it overwrites nothing.",
            "Take another name, or empty the folder."),
        new(
            "would-overwrite", CommandLine, "Files would be written over that say something else.",
            "mik deploy made them before and they were changed since, or mik init would make files that are there already.",
            "Move them away, or keep them; mik deploy --force writes over its own."),
        new(
            "invalid-project-name", CommandLine, "The name cannot be a project's.",
            "It becomes a file's name and a part of URLs: 1 to 64 letters, digits, '-' and '_', a letter or '_' first.",
            "Take a name such as my-service."),
        new(
            "unknown-template", CommandLine, "There is no such template for the language.",
            "Languages have different ones: hello is there for all.",
            "mik new --help lists languages and templates."),
        new(
            "no-tests", CommandLine, "There is nothing for mik test to run.",
            "No file of the scripts folder has .test. or .spec. in its name, or no test matches the filter.",
            "Name the file of tests after what it tests: checkout.test.ts beside checkout.ts."),
        new(
            "nothing-to-publish", CommandLine, "There is no component to publish.",
            "No file was named, and the project was not built.",
            "mik build, or name the file: mik publish user/repo:1.0.0 component.wasm."),
        new(
            "native-compiler-missing", CommandLine, "mik cache precompile finds no compiler to machine code.",
            "It is neither beside mik, where archives and images have it, nor among the .NET SDK's packages.",
            "Build mik once on this machine, which fetches it, or name it: MIK_CROSSGEN=/path/to/crossgen2. Everything runs without it."),
        new(
            "native-compiler-failed", CommandLine, "The compiler to machine code failed.",
            "The disk is full, the cache's folder cannot be written, or it does not fit this runtime.",
            "Read what it said. The component runs without."),
        new(
            "cache-unusable", CommandLine, "The cache cannot be cleaned.",
            "Another process uses it, or it belongs to another user.",
            "See what uses the folder, and run it again; MIK_HOME names another one."),
        new(
            "stopped", CommandLine, "A signal ended the command before it was done.",
            "Ctrl+C, or whoever started it.",
            "Run it again. What it had begun was undone or will be done again."),
        new(
            "no-project", ErrorArea.Configuration, "The command needs a project, and there is none.",
            "Neither the folder nor one above it has a mik.toml.",
            "mik new NAME makes a project; --config PATH names one elsewhere."),
        new(
            "config-syntax", ErrorArea.Configuration, "mik.toml is no TOML.",
            "A quote, bracket or sign of equality is missing or too many, or a key is there twice.",
            "The error points at the place; docs/configuration.md shows a whole file."),
        new(
            "config-value", ErrorArea.Configuration, "A key of mik.toml has a value that it cannot have.",
            "It is of another type, or out of its range.",
            "The error says what is expected; docs/configuration.md lists all keys."),
        new(
            "config-missing-key", ErrorArea.Configuration, "A key that must be there is missing.",
            "Every project has a name: [project] name = \"my-service\".",
            "Write the key."),
        new(
            "config-unknown-key", ErrorArea.Configuration, "mik.toml has a section or key that mik does not know.",
            "It is misspelt, or in another section than its own. It has no effect.",
            "The warning names the nearest known one; docs/configuration.md lists all."),
        new(
            "config-unknown-module", ErrorArea.Configuration, "mik.toml has settings for a module that is not there.",
            "The name in [modules.NAME] is misspelt, or its file was not built or installed yet.",
            "The warning names the nearest module; a module is called as its file in the modules folder, without .wasm."),
        new(
            "config-no-effect", ErrorArea.Configuration, "A key of mik.toml does nothing as it stands.",
            "reuse_concurrency needs reuse_instances, and both need a component of WASI 0.3: of all others each request has a fresh instance. A middleware's own "
                + "list of middlewares is never used.",
            "Set the other key, build the module for WASI 0.3, or take the key away."),
        new(
            "config-folder", ErrorArea.Configuration, "mik.toml names a folder that is not there.",
            "It is misspelt, or was not made yet. Relative paths count from mik.toml's folder.",
            "Make the folder, or correct the name; the error has the nearest one that is there."),
        new(
            "deploy-folder", ErrorArea.Configuration, "mik deploy finds a folder in mik.toml that is outside of the project.",
            "An image has the project in /app, and relative paths count from there: ../modules is /modules in it.",
            "Copy the folder to the place that the warning names when the image is made, or move it into the project."),
        new(
            "env-missing", ErrorArea.Configuration, "A variable of [env] has no value.",
            "Its row takes it from a variable of the host that is not set, or from a file that cannot be read, is no UTF-8 or is larger than 128 KB.",
            "Set the variable where mik is started, or correct the path; --env NAME=VALUE goes before the row."),
        new(
            "config-dependency", ErrorArea.Configuration, "A dependency in mik.toml cannot be understood.",
            "It is a version, or a table with registry and version, git and at most one of tag, branch and rev, or path.",
            "docs/packages.md shows every form."),
        new(
            "config-not-editable", ErrorArea.Configuration, "mik cannot change the dependencies in mik.toml.",
            "They are written in a way that cannot be changed without changing other text, such as an inline table.",
            "Edit [dependencies] by hand, then run mik sync."),
        new(
            "config-changed", ErrorArea.Configuration, "mik.toml was changed while the command ran.",
            "An editor or another command wrote it.",
            "Run the command again."),
        new(
            "nothing-to-serve", Serving, "There is nothing that mik run could serve.",
            "No component was named, and there is no project; or the project has no component, script or file, and was not built.",
            "mik build, or name a component: mik run path/to/component.wasm."),
        new(
            "stale-build", Serving, "What is served was built before its sources were changed.",
            "mik run serves what is there; it builds nothing.",
            "mik build, or mik dev, which builds after each change."),
        new(
            "dependency-not-installed", Serving, "A dependency that mik.toml declares is not installed.",
            "Nobody ran mik sync since it was declared, or its file was removed.",
            "mik sync."),
        new(
            "invalid-module-name", Serving, "A file's name cannot be a part of a URL.",
            "Names have 1 to 128 letters, digits, '_', '-', '.' and '+', a letter, digit or '_' first, and are no device of Windows such as CON.",
            "Rename the file."),
        new(
            "duplicate-module-name", Serving, "Two components would have the same URL.",
            "A component is served under the name of its file, without folder, version and -composed.",
            "Rename one of them, or serve them by two processes."),
        new(
            "address-unavailable", Serving, "The server cannot listen where it should.",
            "Another program has the port, the host's name does not resolve to this machine, or ports below 1024 need a privilege.",
            "Take another --port (0 takes a free one) or another --host."),
        new(
            "certificate-unusable", Serving, "The certificate for HTTPS cannot be used.",
            "The file is missing or damaged, has no private key, or needs a password.",
            "See tls_certificate and tls_key in docs/configuration.md; MIK_TLS_PASSWORD is the password."),
        new(
            "not-webassembly", Loading, "The file is not WebAssembly.",
            "It is empty, or another kind of file: a script, a text, an archive, a Git LFS pointer.",
            "Name the component that a build gave; mik build writes it into dist/."),
        new(
            "core-module", Loading, "The file is a core module, not a component.",
            "It was built for wasm32-unknown-unknown or wasip1, or without the step that makes a component.",
            "Build for wasm32-wasip2, or wrap it: wasm-tools component new. mik build makes a component of a core module that exports mik:core/handler."),
        new(
            "component-invalid", Loading, "The file is damaged, or no valid component.",
            "It was copied in part, or a tool wrote what the standard does not allow; the error says what and where.",
            "Build or copy it again."),
        new(
            "component-too-large", Loading, "The component is more than mik takes.",
            "It has too many bytes, functions or instructions for a load that others wait for; the error names the limit.",
            "Build it optimised for size, with fewer dependencies, and without debug information."),
        new(
            "unknown-imports", Loading, "The component imports what mik does not have.",
            "It needs an interface of another host, or another component.",
            "mik inspect FILE lists the imports. Build it without them, or compose it with a component that exports them: mik compose."),
        new(
            "no-handler", Loading, "The component handles no requests.",
            "It exports no wasi:http/incoming-handler, wasi:http/handler or mik:core/handler: a library, or a command.",
            "Export one of them; a library is used by mik compose and [dependencies]."),
        new(
            "not-middleware", Loading, "A component is named as a middleware and is none.",
            "It does not import the handler that it would stand before, or exports none; or there is no such file in the modules folder.",
            "mik inspect FILE shows what it imports and exports; docs/configuration.md says where it is named."),
        new(
            "middleware-of-another", Loading, "A project that has middlewares is to be served beside other files or projects.",
            "Its settings would not hold then, and its modules would be served without what stands before them.",
            "Serve it alone, or name its mik.toml with --config: its settings hold for all that is served then."),
        new(
            "load-timeout", Loading, "Loading took too long.",
            "The component is very large for this machine, or the machine is busy.",
            "Build it smaller, or raise server.load_timeout_secs."),
        new(
            "module-unreadable", Loading, "A module's file cannot be read.",
            "It was written to meanwhile, or its permissions forbid it.",
            "Copy it again as a whole: write beside it, then rename."),
        new(
            "no-toolchain", Building, "mik build does not know how to build the project.",
            "It has no Cargo.toml, package.json, *.csproj, pyproject.toml, CMakeLists.txt or Makefile.",
            "[build] command and output in mik.toml say how."),
        new(
            "tool-missing", Building, "A tool that the project is built with is missing.",
            "It is not installed, or not on the PATH of this terminal.",
            "Install it as the error says; mik doctor checks all tools by building with them."),
        new(
            "build-failed", Building, "The project's own tools failed.",
            "What they printed above says why; most often the source has an error.",
            "Correct it. If a tool or its target is at fault, mik doctor says so."),
        new(
            "build-no-output", Building, "The build ended well and gave no component.",
            "It wrote its *.wasm into a folder where mik does not look.",
            "[build] output = \"path/to/component.wasm\" in mik.toml says where it is."),
        new(
            "composition-failed", Building, "Components do not fit together.",
            "One imports what no other exports, or with another type or version.",
            "mik inspect shows what a component imports and exports."),
        new(
            "open-imports", Building, "The composed component still imports what mik does not have.",
            "A dependency that exports it is not declared, or not installed.",
            "mik sync, or mik add the dependency that exports it."),
        new(
            "bridge-missing", Building, "The component needs the HTTP bridge.",
            "It exports mik:core/handler, and mik.toml does not ask for the bridge.",
            "[composition] http_handler = true. Serving needs no bridge; only other hosts do."),
    ];
}
