namespace Mik.Cli.Deploying;

/// <summary>The Deployment: how pods are made, what they may take, and how one takes the place of another.</summary>
internal static class KubernetesDeployment
{
    /// <summary>The file.</summary>
    public static YamlText Of(KubernetesApplication application) => $"""
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: {application.Name}
          labels:
            app.kubernetes.io/name: {application.Name}
            app.kubernetes.io/version: {application.Version}
        spec:
          # How many pods there are is the autoscaler's affair.
          selector:
            matchLabels:
              app.kubernetes.io/name: {application.Name}
          strategy:
            type: RollingUpdate
            rollingUpdate:
              maxUnavailable: 0
              maxSurge: 1
          template:
            metadata:
              labels:
                app.kubernetes.io/name: {application.Name}
                app.kubernetes.io/version: {application.Version}
            spec:
              automountServiceAccountToken: false
              # The delay, the drain, and a moment for logs.
              terminationGracePeriodSeconds: {application.GraceSeconds}
              securityContext:
                runAsNonRoot: true
                runAsUser: 1654
                runAsGroup: 1654
                fsGroup: 1654
                seccompProfile:
                  type: RuntimeDefault
              topologySpreadConstraints:
                - maxSkew: 1
                  topologyKey: kubernetes.io/hostname
                  whenUnsatisfiable: ScheduleAnyway
                  labelSelector:
                    matchLabels:
                      app.kubernetes.io/name: {application.Name}
              containers:
                - name: mik
                  image: {application.Image}
                  args: ["run", "--shutdown-delay", {KubernetesApplication.Number(application.DelaySeconds)}]
                  ports:
                    - name: http
                      containerPort: {application.Port}
                  env:
                    - name: HOST
                      value: "0.0.0.0"
                    - name: PORT
                      value: "{application.Port}"
                    - name: MIK_HOME
                      value: /tmp/mik
                    # Hexadecimal, as the runtime reads it: 40 % for the collector's heap; the memory of guests is outside of it.
                    - name: DOTNET_GCHeapHardLimitPercent
                      value: "28"{CertificatePassword(application.Secrets)}{Variables(application.Secrets)}
                  resources:
                    requests:
                      cpu: 250m
                      memory: {KubernetesApplication.RequestedMegabytes}Mi
                    # mik itself, max_cache_mb, and max_per_module_requests times memory_limit_mb. None of processor time: requests would wait for it.
                    limits:
                      memory: {application.LimitMegabytes}Mi
                  startupProbe:{Probe(application, "/health/ready", period: 1, timeout: 1, failures: 60)}
                  readinessProbe:{Probe(application, "/health/ready", period: 2, timeout: 1, failures: 1)}
                  livenessProbe:{Probe(application, "/health/live", period: 10, timeout: 5, failures: 3)}
                  securityContext:
                    allowPrivilegeEscalation: false
                    readOnlyRootFilesystem: true
                    capabilities:
                      drop: ["ALL"]
                  volumeMounts:
                    - name: tmp
                      mountPath: /tmp{application.Secrets.Volumes.SelectMany(Mounts)}
              volumes:
                - name: tmp
                  emptyDir:
                    medium: ""{application.Secrets.Volumes.Select(Volume)}

        """;

    private static YamlText Probe(KubernetesApplication application, string path, int period, int timeout, int failures) => $"""

                    httpGet:
                      path: {path}
                      port: http{(application.Secrets.HasCertificate ? Https() : YamlText.None)}
                    periodSeconds: {period}
                    timeoutSeconds: {timeout}
                    failureThreshold: {failures}
        """;

    private static YamlText Https() => $"""

                      scheme: HTTPS
        """;

    private static YamlText CertificatePassword(KubernetesSecrets secrets) => secrets.HasCertificate
        ? $"""

                    - name: MIK_TLS_PASSWORD
                      valueFrom:
                        secretKeyRef:
                          name: {secrets.TlsName}
                          key: {KubernetesSecrets.PasswordKey}
                          optional: true
        """
        : YamlText.None;

    // A pod does not start without them, and says which one is missing.
    private static IEnumerable<YamlText> Variables(KubernetesSecrets secrets) => secrets.Variables.Select(name => (YamlText)$"""

                    - name: {name}
                      valueFrom:
                        secretKeyRef:
                          name: {secrets.EnvironmentName}
                          key: {name}
        """);

    private static IEnumerable<YamlText> Mounts(SecretVolume volume) => volume.Files.Select(file => (YamlText)$"""

                    - name: {volume.Name}
                      mountPath: {file.Path}
                      subPath: {file.Key}
                      readOnly: true
        """);

    private static YamlText Volume(SecretVolume volume) => $"""

                - name: {volume.Name}
                  secret:
                    secretName: {volume.Secret}
        """;
}
