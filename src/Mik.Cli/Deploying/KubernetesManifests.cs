namespace Mik.Cli.Deploying;

/// <summary>The manifests of an application: plain YAML, one object a file, with a kustomization that names them.</summary>
internal static class KubernetesManifests
{
    private const string Kustomization = "kustomization.yaml";

    /// <summary>The files, by name.</summary>
    public static IReadOnlyList<(string Name, string Text)> Of(KubernetesApplication application)
    {
        (string Name, string Text)[] objects =
        [
            ("deployment.yaml", Deployment(application)),
            ("service.yaml", Service(application)),
            ("autoscaler.yaml", Autoscaler(application)),
            ("disruption-budget.yaml", DisruptionBudget(application)),
            ("network-policy.yaml", KubernetesNetworkPolicy.Of(application)),
        ];
        return [(Kustomization, KustomizationOf(objects.Select(file => file.Name))), .. objects];
    }

    private static string KustomizationOf(IEnumerable<string> files) => $"""
        # Written by mik deploy kubernetes. Changes of your own belong into an overlay: a folder with a kustomization that names this one.
        apiVersion: kustomize.config.k8s.io/v1beta1
        kind: Kustomization
        resources:
        {string.Join('\n', files.Select(file => $"  - {file}"))}

        """;

    private static string Deployment(KubernetesApplication application) => $"""
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
                  args: ["run", "--shutdown-delay", "{KubernetesApplication.Number(application.DelaySeconds)}"]
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
                      value: "28"{CertificatePassword(application)}{HostVariables(application)}
                  resources:
                    requests:
                      cpu: 250m
                      memory: {KubernetesApplication.RequestedMegabytes}Mi
                    # mik itself, max_cache_mb, and max_per_module_requests times memory_limit_mb. None of processor time: requests would wait for it.
                    limits:
                      memory: {application.LimitMegabytes}Mi
                  startupProbe:
        {Probe(application, "ready", "periodSeconds: 1", "failureThreshold: 60")}
                  readinessProbe:
        {Probe(application, "ready", "periodSeconds: 2", "failureThreshold: 1")}
                  livenessProbe:
        {Probe(application, "live", "periodSeconds: 10", "timeoutSeconds: 5", "failureThreshold: 3")}
                  securityContext:
                    allowPrivilegeEscalation: false
                    readOnlyRootFilesystem: true
                    capabilities:
                      drop: ["ALL"]
                  volumeMounts:
                    - name: tmp
                      mountPath: /tmp{FileMounts(application)}
              volumes:
                - name: tmp
                  emptyDir: {"{}"}{FileVolume(application)}

        """;

    private static string Probe(KubernetesApplication application, string path, params string[] lines) => string.Join('\n', [
        "            httpGet:",
        $"              path: /health/{path}",
        "              port: http",
        .. application.IsTls ? ["              scheme: HTTPS"] : Array.Empty<string>(),
        .. lines.Select(line => $"            {line}"),
    ]);

    private static string CertificatePassword(KubernetesApplication application) => application.IsTls
        ? $"""

                    - name: MIK_TLS_PASSWORD
                      valueFrom:
                        secretKeyRef:
                          name: {application.Name}-tls
                          key: password
                          optional: true
        """
        : "";

    // A pod does not start without them, and says which one is missing.
    private static string HostVariables(KubernetesApplication application) => string.Concat(application.HostVariables.Select(name => $"""

                    - name: {name}
                      valueFrom:
                        secretKeyRef:
                          name: {application.Name}-env
                          key: {name}
        """));

    private static string FileMounts(KubernetesApplication application) => string.Concat(application.SecretFiles.Select(file => $"""

                    - name: files
                      mountPath: {KubernetesApplication.Quoted(file.Path)}
                      subPath: {KubernetesApplication.Quoted(file.Key)}
                      readOnly: true
        """));

    private static string FileVolume(KubernetesApplication application) => application.SecretFiles.Count == 0 ? "" : $"""

                - name: files
                  secret:
                    secretName: {application.Name}-files
        """;

    private static string Service(KubernetesApplication application) => $"""
        apiVersion: v1
        kind: Service
        metadata:
          name: {application.Name}
          labels:
            app.kubernetes.io/name: {application.Name}
        spec:
          selector:
            app.kubernetes.io/name: {application.Name}
          ports:
            - name: http
              port: {(application.IsTls ? 443 : 80)}
              targetPort: http

        """;

    private static string Autoscaler(KubernetesApplication application) => $"""
        apiVersion: autoscaling/v2
        kind: HorizontalPodAutoscaler
        metadata:
          name: {application.Name}
          labels:
            app.kubernetes.io/name: {application.Name}
        spec:
          scaleTargetRef:
            apiVersion: apps/v1
            kind: Deployment
            name: {application.Name}
          minReplicas: {application.Replicas}
          maxReplicas: {application.MaxReplicas}
          metrics:
            - type: Resource
              resource:
                name: cpu
                target:
                  type: Utilization
                  averageUtilization: 70

        """;

    private static string DisruptionBudget(KubernetesApplication application) => $"""
        apiVersion: policy/v1
        kind: PodDisruptionBudget
        metadata:
          name: {application.Name}
          labels:
            app.kubernetes.io/name: {application.Name}
        spec:
          maxUnavailable: 1
          selector:
            matchLabels:
              app.kubernetes.io/name: {application.Name}

        """;
}
