using System.Globalization;
using Mik.Configuration.Keys;

namespace Mik.Configuration.Model;

/// <summary><c>[server]</c>. Paths are absolute.</summary>
public sealed class ServerSection
{
    private const long Kilobyte = 1 << 10;
    private const long Megabyte = 1 << 20;

    private readonly KeyValues _values;

    internal ServerSection(KeyValues values) => _values = values;

    /// <summary>The port where nobody says one.</summary>
    public static int DefaultPort => Convert.ToInt32(KeyTable.Port.Default, CultureInfo.InvariantCulture);

    /// <summary>Port to listen on; 0 is a free one.</summary>
    public int Port => (int)_values.Integer(KeyTable.Port);

    /// <summary>Address or host name to listen on.</summary>
    public string Host => _values.Text(KeyTable.Host)!;

    /// <summary>Folder of components, or one component.</summary>
    public string Modules => _values.Path(KeyTable.Modules)!;

    /// <summary>Folder of tenants' folders of components, or null.</summary>
    public string? UserModules => _values.Path(KeyTable.UserModules);

    /// <summary>Folder of scripts, or null.</summary>
    public string? Scripts => _values.Path(KeyTable.Scripts);

    /// <summary>Folder of files, or null.</summary>
    public string? Static => _values.Path(KeyTable.Static);

    /// <summary>Compiled modules that are kept.</summary>
    public int CacheSize => (int)_values.Integer(KeyTable.CacheSize);

    /// <summary>Their size together.</summary>
    public long MaxCacheBytes => _values.Integer(KeyTable.MaxCacheMegabytes) * Megabyte;

    /// <summary>Deadline of a request.</summary>
    public TimeSpan ExecutionTimeout => TimeSpan.FromSeconds(_values.Number(KeyTable.ExecutionTimeout));

    /// <summary>How long loading one module or script may take.</summary>
    public TimeSpan LoadTimeout => TimeSpan.FromSeconds(_values.Number(KeyTable.LoadTimeout));

    /// <summary>What a request may use.</summary>
    public long MemoryLimitBytes => _values.Integer(KeyTable.MemoryLimit) * Megabyte;

    /// <summary>Requests at once.</summary>
    public int MaxConcurrentRequests => (int)_values.Integer(KeyTable.MaxConcurrentRequests);

    /// <summary>Connections at once, or null.</summary>
    public int? MaxConnections => (int?)_values.IntegerOrNull(KeyTable.MaxConnections);

    /// <summary>Requests of one module at once.</summary>
    public int MaxPerModuleRequests => (int)_values.Integer(KeyTable.MaxPerModuleRequests);

    /// <summary>Largest request body.</summary>
    public long MaxBodyBytes => _values.Integer(KeyTable.MaxBodySize) * Megabyte;

    /// <summary>Time that goes by before that.</summary>
    public TimeSpan ShutdownDelay => TimeSpan.FromSeconds(_values.Number(KeyTable.ShutdownDelay));

    /// <summary>Time to drain.</summary>
    public TimeSpan ShutdownTimeout => TimeSpan.FromSeconds(_values.Integer(KeyTable.ShutdownTimeout));

    /// <summary>Size at which the log file is rotated.</summary>
    public long LogMaxBytes => _values.Integer(KeyTable.LogMaxSize) * Megabyte;

    /// <summary>Log files that are kept.</summary>
    public int LogMaxFiles => (int)_values.Integer(KeyTable.LogMaxFiles);

    /// <summary>What is logged of one request's output.</summary>
    public long LogMaxRequestBytes => _values.Integer(KeyTable.LogMaxRequest) * Kilobyte;

    /// <summary>What is logged of one module's output within a second.</summary>
    public long LogMaxModuleBytes => _values.Integer(KeyTable.LogMaxModule) * Kilobyte;

    /// <summary>Quiet time before a change is acted on.</summary>
    public TimeSpan WatchDebounce => TimeSpan.FromMilliseconds(_values.Integer(KeyTable.WatchDebounce));

    /// <summary>Hosts that guests may call.</summary>
    public IReadOnlyList<string> HttpAllowed => _values.Texts(KeyTable.HttpAllowed);

    /// <summary>Names of the modules that stand before every handler and script, outermost first.</summary>
    public IReadOnlyList<string> Middleware => _values.Texts(KeyTable.Middleware);

    /// <summary>Requests that may share an instance of a component of WASI 0.3.</summary>
    public int ReuseInstances => (int)_values.Integer(KeyTable.ReuseInstances);

    /// <summary>Addresses, or ranges of them, of proxies that say who asks.</summary>
    public IReadOnlyList<string> TrustedProxies => _values.Texts(KeyTable.TrustedProxies);

    /// <summary>Certificate file for HTTPS, or null.</summary>
    public string? TlsCertificate => _values.Path(KeyTable.TlsCertificate);

    /// <summary>Key file of the certificate, or null.</summary>
    public string? TlsKey => _values.Path(KeyTable.TlsKey);
}
