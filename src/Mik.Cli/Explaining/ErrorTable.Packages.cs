namespace Mik.Cli.Explaining;

internal static partial class ErrorTable
{
    private static ErrorPage[] PackagePages =>
    [
        new(
            "reference-invalid", ErrorArea.Packages, "The name of a package cannot be understood.",
            "It is registry/user/repo:tag or @sha256:digest, in lower case; without a registry it is ghcr.io.",
            "ghcr.io/user/repo:1.0.0 is one."),
        new(
            "package-not-found", ErrorArea.Packages, "The registry or repository has no such package, tag or revision.",
            "It is misspelt or was removed; private ones look the same to those who may not see them.",
            "The page of the registry lists the tags that there are. docker login gives access to private packages."),
        new(
            "package-not-checked", ErrorArea.Packages, "mik outdated cannot tell about a dependency.",
            "Its registry or repository could not be asked; the others were.",
            "Read why, and run it again."),
        new(
            "unknown-dependency", ErrorArea.Packages, "mik.toml has no such dependency.",
            "The name is misspelt, or two dependencies end with it.",
            "Write the whole name, as [dependencies] has it; the error names the nearest one."),
        new(
            "registry-unreachable", ErrorArea.Packages, "A registry does not answer.",
            "The network, a proxy, the name, or the registry itself is at fault; mik tried several times.",
            "Check the network. --offline uses what is in the cache."),
        new(
            "registry-access-denied", ErrorArea.Packages, "The registry gives no access.",
            "The package is private or not there, or the credentials are missing or wrong; the error tells which it was.",
            "docker login REGISTRY; mik uses the same credentials."),
        new(
            "registry-refused", ErrorArea.Packages, "The registry refused a request.",
            "The error has what it said: often a quota, or a rule about names.",
            "Follow what it says, or ask who runs it."),
        new(
            "registry-answer-invalid", ErrorArea.Packages, "What a registry answered makes no sense.",
            "It is no OCI registry, a proxy answered in its place, or it is damaged.",
            "Check the registry's name. Nothing was kept."),
        new(
            "registry-redirect", ErrorArea.Packages, "A registry leads elsewhere in a way that mik does not follow.",
            "It redirects without end, or to an address without TLS.",
            "Check the registry's name, or name the address itself as a mirror: MIK_REGISTRY_MIRRORS."),
        new(
            "registry-token-refused", ErrorArea.Packages, "The registry's token server gave no token.",
            "It refused the credentials, answered nonsense, or would have them sent without TLS.",
            "docker login again; MIK_TOKEN_SERVERS allows a token server at another host."),
        new(
            "certificate-untrusted", ErrorArea.Packages, "The registry's certificate is not trusted.",
            "It is signed by an authority that this machine does not know, is out of date, or is for another name.",
            "Where that is right, SSL_CERT_FILE=/path/to/authority.pem names the authority."),
        new(
            "no-secure-connection", ErrorArea.Packages, "There is no TLS at the registry's port.",
            "It speaks plain HTTP, or something else.",
            "A registry without TLS is named by its URL: MIK_REGISTRY_MIRRORS=host=http://host."),
        new(
            "credentials-unreadable", ErrorArea.Packages, "The file with credentials cannot be read.",
            "It is no JSON, or an entry is damaged.",
            "Repair it, or log in again: docker login."),
        new(
            "credential-helper-failed", ErrorArea.Packages, "The program that keeps credentials failed.",
            "docker's config.json names it; it is missing, failed, or did not answer.",
            "Run it by hand as the error shows, or remove it from credHelpers and credsStore."),
        new(
            "content-mismatch", ErrorArea.Packages, "What came is not what was asked for.",
            "The bytes have another digest or length: the registry, or what is between, is damaged or hostile.",
            "Nothing was kept. Try again, from another network if it stays."),
        new(
            "artifact-unusable", ErrorArea.Packages, "The package holds nothing that mik can use.",
            "It is a container image, an archive, or has several layers of which none is a component.",
            "mik inspect and oras show what it holds; publish a component with mik publish or wkg."),
        new(
            "wit-package", ErrorArea.Packages, "The package has interfaces only.",
            "It is a WIT package: types for building, no code that could be served.",
            "Put it into the project's wit/deps/."),
        new(
            "component-not-found", ErrorArea.Packages, "A repository or folder has no component.",
            "It has no *.wasm file, or core modules only. mik does not build what it fetches.",
            "Build it there and commit the component, or publish it to a registry."),
        new(
            "component-ambiguous", ErrorArea.Packages, "It is not clear which component of a repository or folder is meant.",
            "It has several *.wasm files, and none is called like the dependency.",
            "Name the dependency like its file."),
        new(
            "git-missing", ErrorArea.Packages, "There is no git.",
            "A dependency comes from a git repository, and git is not on the PATH.",
            "Install git."),
        new(
            "git-failed", ErrorArea.Packages, "git could not fetch a dependency.",
            "The URL or revision is wrong, or the repository asks for credentials; the error has what git said.",
            "Check the URL. For a private repository: credentials or an ssh key that need no questions."),
        new(
            "git-url-invalid", ErrorArea.Packages, "The URL of a git dependency cannot be used.",
            "Only https, ssh, git and files are followed, and options are none.",
            "git = \"https://host/user/repo.git\"."),
        new(
            "git-revision-invalid", ErrorArea.Packages, "A tag, branch or commit of a git dependency cannot be one.",
            "git has no such names; a rev is 7 to 40 hexadecimal digits.",
            "Correct it; tag and branch take names."),
        new(
            "git-lfs", ErrorArea.Packages, "The component is kept in Git LFS.",
            "The repository holds only a pointer to it.",
            "Publish it to a registry, or commit it without LFS."),
        new(
            "cache-damaged", ErrorArea.Packages, "The package cache is damaged.",
            "A file of it was changed or removed by something else.",
            "mik cache clean, then run it again."),
        new(
            "offline", ErrorArea.Packages, "Something must be fetched, and --offline or --frozen forbids it.",
            "It is not in the lock file or the cache.",
            "Run mik sync once without them."),
        new(
            "locked-version-gone", ErrorArea.Packages, "The version that is locked is no longer in its registry.",
            "It was published again with other content, or removed.",
            "mik update NAME takes what is there now, if you trust it."),
        new(
            "lock-would-change", ErrorArea.Packages, "mik.lock does not fit mik.toml, and --locked or --frozen forbids to change it.",
            "mik.toml was changed, and the lock file was not committed with it.",
            "Run mik sync without them, and commit mik.lock."),
        new(
            "lock-invalid", ErrorArea.Packages, "mik.lock cannot be read.",
            "It was edited by hand, merged badly, or written by a newer mik.",
            "Take it from version control, or delete it and run mik sync."),
        new(
            "lock-mismatch", ErrorArea.Packages, "A package is not what mik.lock says.",
            "It was replaced at its source, or the lock file was changed.",
            "Find out which. mik update NAME takes what is there now."),
        new(
            "package-name-unmapped", ErrorArea.Packages, "No registry is known for a package's namespace.",
            "namespace:name is looked up as wkg does, in its configuration.",
            "wkg config --edit maps the namespace; or write registry/user/repo."),
        new(
            "no-release", ErrorArea.Packages, "A package has no version.",
            "It has no tags, or none that is a version.",
            "Name one: namespace:name@1.0.0."),
        new(
            "wkg-config-invalid", ErrorArea.Packages, "wkg's configuration cannot be used.",
            "It is no TOML, or a registry in it is no registry.",
            "Correct the file that the error names."),
        new(
            "project-files-unusable", ErrorArea.Packages, "Files of the project or of the cache cannot be read or written.",
            "The disk is full, or permissions forbid it.",
            "Make room or correct the permissions, and run it again. Nothing was changed."),
        new(
            "modules-not-a-folder", ErrorArea.Packages, "There is no folder to install into.",
            "server.modules names one file.",
            "Name a folder: modules = \"modules/\"."),
        new(
            "file-in-the-way", ErrorArea.Packages, "A file would be overwritten that mik did not install.",
            "The modules folder has a file or folder of that name already.",
            "Move it away, or give the dependency another name."),
        new(
            "dependency-name-unusable", ErrorArea.Packages, "A dependency cannot be installed under its name.",
            "It is no file's name on every system, or two dependencies would be the same file.",
            "Give it another name: other = { registry = \"…\", version = \"…\" }."),
        new(
            "already-published", ErrorArea.Packages, "The version is in the registry already, with other content.",
            "Whoever locked it would see it change.",
            "Publish another version, or use --force."),
    ];
}
