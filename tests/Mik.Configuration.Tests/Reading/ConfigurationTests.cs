using Mik.Configuration.Keys;
using Mik.Configuration.Model;
using Mik.Configuration.Reading;

namespace Mik.Configuration.Tests.Reading;

public sealed class ConfigurationTests
{
    private const string Project = "[project]\nname = \"api\"\n";

    private static readonly string Folder = Path.Combine(Path.GetTempPath(), "mik-configuration");

    [Fact]
    public void Parse_NameOnly_HasDocumentedDefaults()
    {
        var configuration = Right(Project);

        Assert.Equal(("api", "0.1.0", null), (configuration.Name, configuration.Version, configuration.Description));
        var server = configuration.Server;
        Assert.Equal((3000, "127.0.0.1"), (server.Port, server.Host));
        Assert.Equal(Path.Combine(Folder, "modules"), server.Modules.TrimEnd(Path.DirectorySeparatorChar));
        Assert.Equal((null, null, null), (server.UserModules, server.Scripts, server.Static));
        Assert.Equal((100, 256L << 20), (server.CacheSize, server.MaxCacheBytes));
        Assert.Equal((TimeSpan.FromSeconds(30), 128L << 20), (server.ExecutionTimeout, server.MemoryLimitBytes));
        Assert.Equal((1000, 10, 10L << 20), (server.MaxConcurrentRequests, server.MaxPerModuleRequests, server.MaxBodyBytes));
        Assert.Equal((TimeSpan.FromSeconds(30), TimeSpan.FromMilliseconds(300)), (server.ShutdownTimeout, server.WatchDebounce));
        Assert.Equal((10L << 20, 5), (server.LogMaxBytes, server.LogMaxFiles));
        Assert.Equal((256L << 10, 1L << 20), (server.LogMaxRequestBytes, server.LogMaxModuleBytes));
        Assert.Empty(server.HttpAllowed);
        Assert.Empty(server.TrustedProxies);
        Assert.False(configuration.HttpHandler);
        Assert.Equal("ghcr.io/dufeutech/mik-sdk-bridge:latest", configuration.Bridge);
        Assert.Equal("api", configuration.ServiceName);
        Assert.Null(configuration.OtlpEndpoint);
        Assert.Empty(configuration.Dependencies);
        Assert.Empty(configuration.Environment);
    }

    [Theory]
    [InlineData("", "mik-configuration")]
    [InlineData("[server]\nport = 1\n", "mik-configuration")]
    public void Parse_NoProject_IsNamedAfterItsFolder(string text, string name) => Assert.Equal(name, Right(text).Name);

    [Fact]
    public void Parse_EveryKey_IsWhatItSays()
    {
        var configuration = Right("""
            [project]
            name = "_a-1"
            version = "1.2.3-rc.1+7"
            description = "D"
            [server]
            port = 0
            host = "::1"
            modules = "../m"
            user_modules = "u"
            scripts = "s"
            static = "f"
            cache_size = 7
            max_cache_mb = 8
            execution_timeout_secs = 0.25
            memory_limit_mb = 9
            max_concurrent_requests = 10
            max_per_module_requests = 11
            max_body_size_mb = 12
            shutdown_timeout_secs = 13
            log_max_size_mb = 14
            log_max_files = 15
            log_max_request_kb = 17
            log_max_module_kb = 18
            watch_debounce_ms = 16
            http_allowed = ["*.example.com", "https://a:8443"]
            trusted_proxies = ["10.0.0.0/8", "::1"]
            tls_certificate = "c.pem"
            tls_key = "k.pem"
            [composition]
            http_handler = true
            bridge = "b.wasm"
            [tracing]
            service_name = "S"
            otlp_endpoint = "http://localhost:4317"
            [env]
            KEY = "value"
            "odd name" = ""
            FROM = { from = "HOST_VARIABLE" }
            FILE = { file = "../secret" }
            [build]
            command = "make"
            output = "out.wasm"
            """);

        Assert.Equal(("_a-1", "1.2.3-rc.1+7", "D"), (configuration.Name, configuration.Version, configuration.Description));
        var server = configuration.Server;
        Assert.Equal((0, "::1"), (server.Port, server.Host));
        Assert.Equal((In("../m"), In("u"), In("s"), In("f")), (server.Modules, server.UserModules, server.Scripts, server.Static));
        Assert.Equal(
            (7, 8L << 20, TimeSpan.FromMilliseconds(250), 9L << 20),
            (server.CacheSize, server.MaxCacheBytes, server.ExecutionTimeout, server.MemoryLimitBytes));
        Assert.Equal(
            (10, 11, 12L << 20, TimeSpan.FromSeconds(13)),
            (server.MaxConcurrentRequests, server.MaxPerModuleRequests, server.MaxBodyBytes, server.ShutdownTimeout));
        Assert.Equal((14L << 20, 15, TimeSpan.FromMilliseconds(16)), (server.LogMaxBytes, server.LogMaxFiles, server.WatchDebounce));
        Assert.Equal((17L << 10, 18L << 10), (server.LogMaxRequestBytes, server.LogMaxModuleBytes));
        Assert.Equal(["*.example.com", "https://a:8443"], server.HttpAllowed);
        Assert.Equal(["10.0.0.0/8", "::1"], server.TrustedProxies);
        Assert.Equal((In("c.pem"), In("k.pem")), (server.TlsCertificate, server.TlsKey));
        Assert.Equal((true, "b.wasm"), (configuration.HttpHandler, configuration.Bridge));
        Assert.Equal(("S", new Uri("http://localhost:4317")), (configuration.ServiceName, configuration.OtlpEndpoint));
        Assert.Equal(
            [
                new("KEY", VariableSource.Text, "value"), new("odd name", VariableSource.Text, ""),
                new("FROM", VariableSource.Host, "HOST_VARIABLE"), new("FILE", VariableSource.File, In("../secret")),
            ],
            configuration.Environment);
        Assert.Equal(("make", In("out.wasm")), (configuration.BuildCommand, configuration.BuildOutput));
    }

    [Theory]
    [InlineData("[project]\nversion = \"1.0.0\"\n", 1, 2, "project.name is missing: it must be a name of 1 to 64")]
    [InlineData("[project]\nname = api\n", 2, 8, "text is written in quotes")]
    [InlineData("[project]\nname = 7\n", 2, 8, "project.name must be a name of 1 to 64 characters: a letter or _ first, then letters, digits, - or _, not 7")]
    [InlineData("[project]\nname = \"1st\"\n", 2, 8, "not \"1st\"")]
    [InlineData("[project]\nname = \"a b\"\n", 2, 8, "not \"a b\"")]
    [InlineData("[project]\nname = \"a\\n\"\n", 2, 8, "project.name must be")]
    [InlineData("[project]\nname = \"../x\"\n", 2, 8, "project.name must be")]
    [InlineData("[project]\nname = \"ünï\"\n", 2, 8, "project.name must be")]
    [InlineData("[project]\nname = \"a23456789012345678901234567890123456789012345678901234567890abcde\"\n", 2, 8, "project.name must be")]
    [InlineData(Project + "version = \"v1.0\"\n", 3, 11, "project.version must be a semantic version such as \"0.1.0\", not \"v1.0\"")]
    [InlineData(Project + "version = \"1.0.0-01\"\n", 3, 11, "semantic version")]
    [InlineData("server = 3\n", 1, 1, "server must be a table: write [server] on a line of its own")]
    [InlineData("[[server]]\nport = 1\n", 1, 3, "server must be a table")]
    [InlineData("[server]\nport = \"80\"\n", 2, 8, "server.port must be a whole number from 0 to 65535, not \"80\"")]
    [InlineData("[server]\nport = 65536\n", 2, 8, "not 65536")]
    [InlineData("[server]\nport = -1\n", 2, 8, "not -1")]
    [InlineData("[server]\nport = 80.0\n", 2, 8, "not 80.0")]
    [InlineData("[server]\nmodules = \"\"\n", 2, 11, "server.modules must be a path in quotes, not \"\"")]
    [InlineData("[server]\nscripts = \"a\\u0000b\"\n", 2, 11, "server.scripts must be a path")]
    [InlineData("[server]\nstatic = \".\"\n", 2, 10, "server.static is for everyone, and mik.toml is in it: give it a folder of its own")]
    [InlineData("[server]\nstatic = \"public/../..\"\n", 2, 10, "mik.toml is in it")]
    [InlineData("[server]\nstatic = \"/\"\n", 2, 10, "mik.toml is in it")]
    [InlineData("[server]\ncache_size = 0\n", 2, 14, "server.cache_size must be a whole number from 1 to 100000, not 0")]
    [InlineData("[server]\nexecution_timeout_secs = 0\n", 2, 26, "server.execution_timeout_secs must be a number above 0, at most 1000000, not 0")]
    [InlineData("[server]\nexecution_timeout_secs = nan\n", 2, 26, "not nan")]
    [InlineData("[server]\nexecution_timeout_secs = inf\n", 2, 26, "not inf")]
    [InlineData("[server]\nhttp_allowed = \"*\"\n", 2, 16, "server.http_allowed must be an array of strings, not \"*\"")]
    [InlineData("[server]\nhttp_allowed = [\"a\", 7]\n", 2, 22, "7 is no string")]
    [InlineData("[server]\nhttp_allowed = [\"a\", \"bad\"]\n", 2, 22, "server.http_allowed: bad host")]
    [InlineData("[server]\ntrusted_proxies = [\"10.0.0.0/33\"]\n", 2, 20,
        "server.trusted_proxies must be an array of strings, each an address or a range such as \"10.0.0.0/8\", not \"10.0.0.0/33\"")]
    [InlineData("[server]\ntrusted_proxies = [\"::1\", \"proxy\"]\n", 2, 27, "an address or a range such as \"10.0.0.0/8\"")]
    [InlineData("[composition]\nhttp_handler = \"true\"\n", 2, 16, "composition.http_handler must be true or false, not \"true\"")]
    [InlineData("[tracing]\notlp_endpoint = \"localhost:4317\"\n", 2, 17,
        "tracing.otlp_endpoint must be an http or https URL such as \"http://localhost:4317\"")]
    [InlineData("[env]\nA = 1\n", 2, 5, "env.A must be a string in quotes")]
    [InlineData("[env]\nA = { from = \"a b\" }\n", 2, 5, "{ from = \"VARIABLE\" }")]
    [InlineData("[env]\nA = { file = \"\" }\n", 2, 5, "{ file = \"path\" }")]
    [InlineData("[env]\nA = { from = \"A\", file = \"b\" }\n", 2, 5, "env.A must be a string in quotes")]
    [InlineData("[env]\n\"A=B\" = \"1\"\n", 2, 1, "name of a variable")]
    public void Parse_WrongValue_SaysWhereAndWhatIsExpected(string text, int line, int column, string message)
    {
        var result = Parse(text);

        Assert.Null(result.Configuration);
        var problem = Assert.Single(result.Problems);
        Assert.True(problem.IsError);
        Assert.Equal((line, column), (problem.Position.Line, problem.Position.Column));
        Assert.Contains(message, problem.Message, StringComparison.Ordinal);
        Assert.Equal(text.Split('\n')[line - 1], problem.LineText);
    }

    [Fact]
    public void Parse_SeveralFaults_AreReportedTogetherInOrder()
    {
        var result = Parse("""
            [project]
            name = 1
            [server
            port = "x"
            cache_size = 0
            prot = 5
            [env]
            A = false
            """);

        Assert.Null(result.Configuration);
        Assert.Equal([2, 3, 8], result.Problems.Where(problem => problem.IsError).Select(problem => problem.Position.Line).Where(line => line is 2 or 3 or 8));
        Assert.Equal(result.Problems.Select(problem => problem.Position.Line).Order(), result.Problems.Select(problem => problem.Position.Line));
    }

    [Theory]
    [InlineData("[server]\nprot = 1\n", 2, 1, "there is no key 'prot' in [server]; did you mean 'port'?")]
    [InlineData("[server]\nhttp-allowed = []\n", 2, 1, "did you mean 'http_allowed'?")]
    [InlineData("[server]\nexecution_timeout = 1\n", 2, 1, "did you mean 'execution_timeout_secs'?")]
    [InlineData("[server]\nname = \"x\"\n", 2, 1, "it belongs in [project]")]
    [InlineData("[project]\nname = \"a\"\nqqqqqqqqqqqq = 1\n", 3, 1, "its keys are name, version, description")]
    [InlineData("[sever]\nport = 1\n", 1, 2, "there is no section 'sever'; did you mean 'server'?")]
    [InlineData("[dependency]\n", 1, 2, "did you mean 'dependencies'?")]
    [InlineData("port = 1\n", 1, 1, "there is no key 'port' outside of sections; it belongs in [server]")]
    [InlineData("[server.tls]\nx = 1\n", 1, 9, "there is no key 'tls' in [server]")]
    public void Parse_UnknownName_IsAWarningWithTheNearest(string text, int line, int column, string message)
    {
        var result = Parse(text);

        Assert.NotNull(result.Configuration);
        var problem = Assert.Single(result.Problems);
        Assert.False(problem.IsError);
        Assert.Equal((line, column), (problem.Position.Line, problem.Position.Column));
        Assert.Contains(message, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_HostileNames_AreAnsweredQuickly()
    {
        var text = string.Concat(Enumerable.Range(0, 20_000).Select(index => $"x{index} = 1\n")) + $"{new string('y', 1_000_000)} = 2\n";

        Assert.Equal(20_001, Parse("[server]\n" + text).Problems.Count);
    }

    [Fact]
    public void Table_EveryRow_IsNamedOnceAndDescribed()
    {
        Assert.Equal(KeyTable.Keys.Count, KeyTable.Keys.Select(key => key.FullName).Distinct().Count());
        Assert.All(KeyTable.Keys, key => Assert.EndsWith(".", key.Description, StringComparison.Ordinal));
        Assert.All(KeyTable.Keys, key => Assert.Contains(KeyTable.Sections, section => section.Name == key.Section));
    }

    [Fact]
    public void Find_FromAFolderBelow_IsTheNearest()
    {
        var root = Directory.CreateTempSubdirectory("mik-find-").FullName;
        try
        {
            var below = Directory.CreateDirectory(Path.Combine(root, "a", "b")).FullName;
            File.WriteAllText(Path.Combine(root, "mik.toml"), Project);

            Assert.Equal(Path.Combine(root, "mik.toml"), MikConfiguration.Find(below));

            File.WriteAllText(Path.Combine(root, "a", "mik.toml"), Project);
            Assert.Equal(Path.Combine(root, "a", "mik.toml"), MikConfiguration.Find(below));
            Assert.Equal("api", MikConfiguration.Load(Path.Combine(root, "mik.toml")).Configuration!.Name);
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    private static string In(string path) => Path.GetFullPath(path, Folder);

    private static ConfigurationResult Parse(string text) =>
        MikConfiguration.Parse(Path.Combine(Folder, "mik.toml"), text, host => host == "bad" ? "bad host" : null);

    private static MikConfiguration Right(string text)
    {
        var result = Parse(text);
        Assert.Empty(result.Problems);
        return result.Configuration!;
    }
}
