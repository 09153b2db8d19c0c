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
            ("deployment.yaml", KubernetesDeployment.Of(application).ToString()),
            ("service.yaml", Service(application).ToString()),
            ("autoscaler.yaml", Autoscaler(application).ToString()),
            ("disruption-budget.yaml", DisruptionBudget(application).ToString()),
            ("network-policy.yaml", KubernetesNetworkPolicy.Of(application).ToString()),
        ];
        return [(Kustomization, KustomizationOf(objects.Select(file => file.Name)).ToString()), .. objects];
    }

    private static YamlText KustomizationOf(IEnumerable<string> files) => $"""
        # Written by mik deploy kubernetes. Changes of your own belong into an overlay: a folder with a kustomization that names this one.
        apiVersion: kustomize.config.k8s.io/v1beta1
        kind: Kustomization
        resources:{files.Select(ResourceOf)}

        """;

    private static YamlText ResourceOf(string file) => $"""

          - {file}
        """;

    private static YamlText Service(KubernetesApplication application) => $"""
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
              port: {(application.Secrets.HasCertificate ? 443 : 80)}
              targetPort: http

        """;

    private static YamlText Autoscaler(KubernetesApplication application) => $"""
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

    private static YamlText DisruptionBudget(KubernetesApplication application) => $"""
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
